import { expect, test } from "vitest";
import { DecideConfig, decide } from "./decide.ts";

test.each([
  [0, "ham"],
  [0.1999, "ham"],
  [0.2, "review"],
  [0.7999, "review"],
  [0.8, "spam"],
  [1, "spam"],
])("decides a score of %s as %s", (score, decision) => {
  expect(decide(score, { hamBelow: 0.2, spamFrom: 0.8 })).toBe(decision);
});

test("leaves nothing to a person where both thresholds are the same", () => {
  const config = DecideConfig.parse({ hamBelow: 0.5, spamFrom: 0.5 });
  expect([0.4999, 0.5].map((score) => decide(score, config))).toEqual(["ham", "spam"]);
});

test("refuses thresholds in the wrong order", () => {
  expect(() => DecideConfig.parse({ hamBelow: 0.9, spamFrom: 0.1 })).toThrow(
    "expected hamBelow to be at most spamFrom",
  );
});
