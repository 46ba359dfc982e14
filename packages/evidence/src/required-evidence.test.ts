import { expect, test } from "vitest";
import { anytimePValue, requiredLogEvidence } from "./required-evidence.ts";
import { splitRisk } from "./risk-budget.ts";

test("a risk of 5 % requires evidence of 20 to 1", () => {
  expect(Math.exp(requiredLogEvidence(0.05))).toBeCloseTo(20, 10);
  expect(() => requiredLogEvidence(0)).toThrow(
    "requiredLogEvidence: risk must be a finite number above 0 and below 1",
  );
});

test("the p-value is the reciprocal of the largest evidence, and never above 1", () => {
  expect(anytimePValue(Math.log(20))).toBeCloseTo(0.05, 12);
  expect(anytimePValue(-3)).toBe(1);
  expect(anytimePValue(5000)).toBe(0);
  expect(() => anytimePValue(Number.NaN)).toThrow("got NaN");
});

test("a split risk sums to the whole", () => {
  const budget = splitRisk(0.05);
  expect(budget).toEqual({
    evidence: 0.04000000000000001,
    history: 0.005000000000000001,
    runLength: 0.005000000000000001,
  });
  expect(budget.evidence + budget.history + budget.runLength).toBeCloseTo(0.05, 15);
  expect(() => splitRisk(1)).toThrow(RangeError);
});
