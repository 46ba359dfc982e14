import { type Experience, readOutcome, remember, withOutcome } from "@spark/rsi-model";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { expect, test } from "vitest";
import { ruledOut } from "./tried-before.ts";

const ended = (outcome: object): Experience =>
  withOutcome(remember(exampleHypothesis(), { at: 0 }), {
    deployed: false,
    outcome: readOutcome(outcome),
    lessons: [],
    patterns: [],
  });

test.each([
  ["a rollback", { status: "rolled_back" }, true],
  ["a deployment that broke", { status: "failed" }, true],
  ["a refusal by the rules", { status: "rejected", phase: "validation" }, true],
  ["being late", { status: "rejected", phase: "deployment" }, false],
  ["a process that ended in the middle of the test", { status: "aborted", phase: "generation" }, false],
  ["a deployment that was lost with its process", { status: "failed", phase: "recovery" }, false],
])(
  "after %s the same changes are ruled out for the same version; after %j for another one: %s",
  (_, outcome, elsewhere) => {
    expect(ruledOut(ended(outcome), "1.0.0")).toMatch(/^the same changes/);
    expect(ruledOut(ended(outcome), "2.0.0") !== undefined).toBe(elsewhere);
  },
);
