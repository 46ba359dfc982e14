import { describe, expect, test } from "vitest";
import { bar, count, duration, odds, percent, wrap } from "./quantities.ts";

test("numbers for people", () => {
  expect([count(1234), percent(0.0213), percent(1)]).toEqual(["1,234", "2.1 %", "100.0 %"]);
  expect([0, 0.00084, 0.0123, 1.2].map(duration)).toEqual(["0.00 ms", "0.84 ms", "12.3 ms", "1.20 s"]);
  expect([Math.log(0.44), Math.log(31.2), 30].map(odds)).toEqual(["0.4", "31", "10^13"]);
  expect([-1, 0.5, 2].map((share) => bar(share, 4))).toEqual(["░░░░", "██░░", "████"]);
});

describe("wrap", () => {
  test("breaks between words, and keeps a number with its unit", () => {
    expect(wrap("an error rate of 41.2 % is much", 20)).toEqual(["an error rate of", "41.2 % is much"]);
    expect(wrap("it takes about 12.3 ms now", 18)).toEqual(["it takes about", "12.3 ms now"]);
  });

  test("leaves what fits as it is, and does not cut words", () => {
    expect(wrap("   a  b", 10)).toEqual(["   a  b"]);
    expect(wrap("abcdefghij klm", 5)).toEqual(["abcdefghij", "klm"]);
  });
});
