import { expect, test } from "vitest";
import { binomial, geometric, lognormal, normal, seededRandom } from "./testing.ts";

const mean = (draw: () => number): number => {
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += draw();
  return sum / 20_000;
};

test("the same seed gives the same numbers", () => {
  const [first, second] = [seededRandom(7), seededRandom(7)];
  expect(Array.from({ length: 5 }, first)).toEqual(Array.from({ length: 5 }, second));
});

test("the samplers have the means they should, within four standard errors", () => {
  const random = seededRandom(1);
  expect(Math.abs(mean(() => binomial(random, 100, 0.03)) - 3)).toBeLessThan(0.05);
  expect(Math.abs(mean(() => binomial(random, 100, 0.97)) - 97)).toBeLessThan(0.05);
  expect(Math.abs(mean(() => geometric(random, 0.2)) - 5)).toBeLessThan(0.13);
  expect(Math.abs(mean(() => normal(random)))).toBeLessThan(0.03);
  expect(
    Math.abs(mean(() => Math.log(lognormal(random, { median: 2, sigma: 0.5 }))) - Math.log(2)),
  ).toBeLessThan(0.015);
});

test("what cannot happen never does, and what must always does", () => {
  const random = seededRandom(2);
  expect([binomial(random, 10, 0), binomial(random, 10, 1)]).toEqual([0, 10]);
  expect([geometric(random, 0), geometric(random, 1)]).toEqual([Infinity, 1]);
});
