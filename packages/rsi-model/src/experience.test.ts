import { describe, expect, test } from "vitest";
import {
  Experience,
  hasFailed,
  hasSucceeded,
  hypothesisOf,
  remember,
  withOutcome,
  withTestResult,
} from "./experience.ts";
import { readOutcome } from "./outcome.ts";
import { exampleHypothesis, exampleTestResult } from "./testing.ts";

const fresh = remember(exampleHypothesis(), { at: 1_000 });
const kept = { deployed: true, lessons: ["a"], patterns: ["p"] };

describe("an experience", () => {
  test("gives its hypothesis back as it was stored", () => {
    expect(hypothesisOf(fresh)).toEqual(exampleHypothesis());
    expect(Experience.parse(fresh)).toEqual(fresh);
  });

  test("storing the hypothesis again replaces the proposal and nothing else", () => {
    const tested = withTestResult(fresh, exampleTestResult());
    const { targetNode: _, ...again } = exampleHypothesis({ rationale: "better said" });
    const stored = remember(again, { at: 2_000, earlier: tested });
    expect(stored).toMatchObject({
      status: "test_passed",
      timestamp: 1_000,
      testResult: { testId: "test_1" },
    });
    expect(hypothesisOf(stored)).toEqual(again);
  });

  test("its status follows the test, then the deployment", () => {
    const tested = withTestResult(fresh, exampleTestResult());
    const deployed = withOutcome(tested, { ...kept, outcome: readOutcome({ success: true }) });
    const retested = withTestResult(deployed, exampleTestResult({ status: "failed" }));
    expect([fresh, tested, deployed, retested].map(({ status }) => status)).toEqual([
      "proposed",
      "test_passed",
      "completed",
      "completed",
    ]);
  });

  test("keeps each deployment, merges reports of the same one, and collects lessons once", () => {
    const reports = [
      { deploymentId: "d1", rolledBack: true },
      { deploymentId: "d2", success: true },
      { deploymentId: "d2", success: true, metrics: { runs: 9 } },
    ];
    const told = reports.reduce(
      (row, outcome) => withOutcome(row, { ...kept, outcome: readOutcome(outcome) }),
      fresh,
    );
    expect(told.deployments.map(({ deploymentId, status }) => [deploymentId, status])).toEqual([
      ["d1", "rolled_back"],
      ["d2", "completed"],
    ]);
    expect(told.outcome).toMatchObject({ deploymentId: "d2", deployedMetrics: { runs: 9 } });
    expect(told.lessons).toEqual(["a"]);
  });

  test.each([
    [{ success: true }, true, [true, false]],
    [{ success: true }, false, [false, false]],
    [{ success: false, rolledBack: true }, true, [false, true]],
    [{ success: false, rolledBack: true }, false, [false, true]],
    [{ success: false, status: "rejected" }, false, [false, false]],
    [{ success: false, status: "aborted" }, false, [false, false]],
    [{ success: false, status: "failed" }, false, [false, true]],
    [{ success: false, status: "failed", phase: "recovery" }, false, [false, false]],
  ])("of outcome %j, deployed %s, [succeeded, failed] is %j", (outcome, deployed, expected) => {
    const row = withOutcome(fresh, { ...kept, deployed, outcome: readOutcome(outcome) });
    expect([hasSucceeded(row), hasFailed(row)]).toEqual(expected);
  });

  test.each([
    ["failed", true],
    ["error", true],
    ["inconclusive", false],
    ["running", false],
  ] as const)("with a test that is %s it has failed: %s", (status, failed) => {
    expect(hasFailed(withTestResult(fresh, exampleTestResult({ status })))).toBe(failed);
  });
});
