import { normal, seededRandom } from "@spark/evidence/testing";
import { describe, expect, test } from "vitest";
import { differenceInterval } from "./difference-interval.ts";

function sample(mean: number, size: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: size }, () => Math.min(1, Math.max(-1, mean + 0.2 * normal(random))));
}

describe("the interval of a mean difference", () => {
  test("says nothing before the first pair", () => {
    const { lower, upper } = differenceInterval([], 0.05);
    expect(lower).toBe(-1);
    expect(upper).toBe(1);
  });

  test("misses the true mean in at most 5 % of 200 samples", () => {
    const misses = Array.from({ length: 200 }, (_, seed) => {
      const { lower, upper } = differenceInterval(sample(0.1, 100, seed), 0.05);
      return lower > 0.1 || upper < 0.1;
    }).filter(Boolean);
    expect(misses.length).toBeLessThanOrEqual(10);
  });

  test("narrows with the number of pairs", () => {
    const width = (size: number): number => {
      const { lower, upper } = differenceInterval(sample(0.1, size, 1), 0.05);
      return upper - lower;
    };
    expect(width(1000)).toBeLessThan(width(100) / 2);
    expect(width(1000)).toBeLessThan(0.06);
  });

  test("mirrors when the arms are swapped", () => {
    const there = sample(0.1, 50, 7);
    const { lower, upper } = differenceInterval(there, 0.05);
    const back = differenceInterval(
      there.map((difference) => -difference),
      0.05,
    );
    expect(back.lower).toBeCloseTo(-upper, 6);
    expect(back.upper).toBeCloseTo(-lower, 6);
  });
});
