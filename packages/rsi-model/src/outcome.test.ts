import { describe, expect, test } from "vitest";
import { mergeOutcomes, readOutcome } from "./outcome.ts";

describe("reading an outcome", () => {
  test("understands the seed's success", () => {
    expect(readOutcome({ success: true, deployment_id: "d1", metrics: { error_rate: 0.01 } })).toEqual({
      deploymentId: "d1",
      status: "completed",
      successful: true,
      rolledBack: false,
      deployedMetrics: { error_rate: 0.01 },
    });
  });

  test("understands a deployment's whole result and leaves the spec out", () => {
    const outcome = readOutcome({
      success: false,
      status: "rolled_back",
      deploymentId: "d1",
      newVersion: "1.1.0",
      versionId: "v_2",
      strategy: "direct",
      error: "Rolled back: latency",
      rolledBack: true,
      rollbackReason: "latency",
      baselineMetrics: { runs: 3 },
      deployedMetrics: { runs: 4 },
      modifiedSpec: { id: "g" },
      diff: {},
      verdicts: [],
      deploymentRecord: {},
    });
    expect(outcome).toEqual({
      deploymentId: "d1",
      status: "rolled_back",
      successful: false,
      rolledBack: true,
      rollbackReason: "latency",
      failureReason: "Rolled back: latency",
      strategy: "direct",
      deployedVersion: "v_2",
      baselineMetrics: { runs: 3 },
      deployedMetrics: { runs: 4 },
      extra: { newVersion: "1.1.0" },
    });
  });

  test("understands what the Python project writes", () => {
    expect(
      readOutcome({
        deployment_id: "d1",
        status: "completed",
        strategy: "direct",
        rolled_back: false,
        rollback_reason: null,
        deployed_version: "g.next",
        successful: true,
        failure_reason: null,
      }),
    ).toMatchObject({ successful: true, deployedVersion: "g.next" });
  });

  test.each([
    [{ success: true, rolledBack: true }],
    [{ successful: true, rolled_back: true }],
    [{ success: true, status: "rolled_back" }],
  ])("never calls a rollback a success: %j", (raw) => {
    expect(readOutcome(raw)).toMatchObject({ successful: false, rolledBack: true, status: "rolled_back" });
  });

  test.each([
    [null, "got null"],
    ["fine", "got string"],
    [{}, "does not say how it ended"],
    [{ deployment_id: "d1" }, "got deployment_id"],
    [{ status: "great" }, "expected one of in_progress"],
    [{ success: "yes" }, "expected a boolean"],
    [{ success: true, deploymentId: 7 }, "deploymentId"],
  ])("refuses %j", (raw, message) => {
    expect(() => readOutcome(raw)).toThrow(message);
  });

  test("a later report adds to an earlier one, but does not undo a rollback", () => {
    const rolledBack = readOutcome({ success: false, rolledBack: true, rollbackReason: "latency" });
    const merged = mergeOutcomes(rolledBack, readOutcome({ success: true, metrics: { runs: 1 } }));
    expect(merged).toMatchObject({
      status: "rolled_back",
      successful: false,
      rollbackReason: "latency",
      deployedMetrics: { runs: 1 },
    });
  });
});
