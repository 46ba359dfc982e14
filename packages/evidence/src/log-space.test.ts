import { expect, test } from "vitest";
import { logAddExp, logMixture, logSumExp } from "./log-space.ts";

test("sums of exponentials neither overflow nor underflow", () => {
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
  expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
  expect(logAddExp(Math.log(2), Math.log(3))).toBeCloseTo(Math.log(5), 14);
  expect(logMixture([Math.log(0.25), Math.log(0.75)], [Math.log(4), Math.log(8)])).toBeCloseTo(
    Math.log(7),
    14,
  );
});

test("nothing adds nothing", () => {
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([-Infinity, 3])).toBe(3);
  expect(logAddExp(-Infinity, 3)).toBe(3);
  expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
});
