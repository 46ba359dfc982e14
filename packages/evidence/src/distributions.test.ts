import { describe, expect, test } from "vitest";
import { normalQuantile, normalUpperTail, studentQuantile, studentTwoSidedTail } from "./distributions.ts";

const within = (actual: number, golden: number, tolerance: number): void =>
  expect(Math.abs(actual / golden - 1)).toBeLessThan(tolerance);

// Golden values from SciPy 1.17.
describe("distributions", () => {
  test("the normal tail keeps its digits as far as a double reaches", () => {
    within(normalUpperTail(0.5), 0.3085375387259869, 1e-12);
    within(normalUpperTail(1.96), 0.024997895148220435, 1e-12);
    within(normalUpperTail(3.9999), 3.1684627532635485e-5, 1e-9);
    within(normalUpperTail(4), 3.167124183311986e-5, 1e-12);
    within(normalUpperTail(8), 6.22096057427174e-16, 1e-12);
    within(normalUpperTail(37), 5.7255712225239266e-300, 1e-10);
    within(normalUpperTail(-1.96), 0.9750021048517795, 1e-12);
  });

  test("the normal quantile inverts it", () => {
    within(normalQuantile(0.975), 1.959963984540054, 1e-9);
    within(normalQuantile(1e-6), -4.753424308822899, 1e-9);
  });

  test("Student's tail and quantile", () => {
    within(studentTwoSidedTail(-4.808773818262888, 15.55436541876682), 0.0002082178305694476, 1e-9);
    within(studentTwoSidedTail(2, 1000), 0.04577034649325166, 1e-6);
    within(studentTwoSidedTail(1.96, 1), 0.3003428917760331, 1e-9);
    within(studentTwoSidedTail(40, 100), 2.462107602140071e-63, 1e-9);
    within(studentQuantile(0.975, 15.55436541876682), 2.124852171364641, 1e-7);
    within(studentQuantile(0.975, 1), 12.706204736174694, 1e-7);
  });
});
