import { expect, test } from "vitest";
import { readLess } from "./hypotheses.ts";
import { judge, type Rehearsed } from "./rehearse.ts";

const run = (outcome: Rehearsed["outcome"], ms: number): Rehearsed => ({
  outcome,
  seconds: ms / 1000,
  ...(outcome === "failed" ? { errorType: "MalformedMailError" } : {}),
});
const baseline = [run("right", 4), run("wrong", 4), run("review", 6), run("failed", 2)];
const about = {
  hypothesis: readLess("1.0.0"),
  testedVersionId: "v_1",
  criteria: { mayFailMore: 0, mayErrMore: 0, latencyRatio: 2 },
  testId: "t",
  startedAt: 0,
  completedAt: 1000,
};

test("passes what keeps to its criteria, and says what was measured", () => {
  const result = judge({ baseline, candidate: baseline }, { ...about, caveat: "only four mails" });
  expect(result).toMatchObject({
    status: "passed",
    hypothesisId: "hyp-read-less",
    testedVersionId: "v_1",
    numCandidateRuns: 4,
    comparison: {
      baselineMetrics: { failureCount: 1, successRate: 0.75, p50Duration: 0.004, quality: 0.375 },
      candidateMetrics: { errorTypes: { MalformedMailError: 1 } },
      isSignificant: false,
      warnings: ["only four mails"],
    },
  });
});

test.each([
  ["fails elsewhere", [run("failed", 4), ...baseline.slice(1)], /fails on 1 mails that the baseline takes/],
  ["errs more", [run("wrong", 4), ...baseline.slice(1)], /1 more wrong decisions/],
  ["is slow", baseline.map((one) => ({ ...one, seconds: one.seconds * 2.1 })), /2\.10 times as long/],
])("fails what %s", (_, candidate, reason) => {
  const result = judge({ baseline, candidate }, about);
  expect(result.status).toBe("failed");
  expect(result.errorMessage).toMatch(reason);
});

test("does not judge the time where nobody has asked", () => {
  const slow = baseline.map((one) => ({ ...one, seconds: one.seconds * 50 }));
  const criteria = { mayFailMore: 0, mayErrMore: 0 };
  expect(judge({ baseline, candidate: slow }, { ...about, criteria })).toMatchObject({ status: "passed" });
});
