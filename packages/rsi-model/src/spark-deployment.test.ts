import { describe, expect, test } from "vitest";
import { rollBack } from "./deployment.ts";
import { readSparkDeploymentRecord, writeSparkDeploymentRecord } from "./spark-deployment.ts";
import { exampleDeployment, exampleMetrics } from "./testing.ts";

const context = { graphId: "support" };
const document = {
  deployment_id: "deploy_hyp_1_1700000000",
  hypothesis_id: "hyp_1",
  baseline_version: "1.0.0",
  deployed_version: "1.0.0.next",
  strategy: "direct",
  started_at: "2026-01-02T03:04:05.5",
  completed_at: "2026-01-02T03:09:05",
  status: "completed",
  baseline_metrics: { success_rate: 0.9, avg_duration: 0.5, p95_duration: 0.7 },
  deployed_metrics: null,
  rollback_reason: null,
  error_message: null,
};

describe("a deployment record of the Python project", () => {
  test("is read with what it has, its three numbers kept as they are", () => {
    expect(readSparkDeploymentRecord(document, context)).toEqual({
      status: "completed",
      deploymentId: "deploy_hyp_1_1700000000",
      hypothesisId: "hyp_1",
      graphId: "support",
      baselineVersion: "1.0.0",
      deployedVersion: "1.0.0.next",
      strategy: "direct",
      startedAt: "2026-01-02T03:04:05.5Z",
      completedAt: "2026-01-02T03:09:05Z",
      decidedBy: "not recorded",
      verdicts: [],
      extra: { baseline_metrics: document.baseline_metrics },
    });
  });

  test("that failed with a rollback reason was rolled back", () => {
    const record = readSparkDeploymentRecord(
      { ...document, status: "failed", rollback_reason: "latency", error_message: "Deployment failed" },
      context,
    );
    expect(record).toMatchObject({
      status: "rolled_back",
      rollbackReason: "latency",
      extra: { error_message: "Deployment failed" },
    });
  });

  test("may be in progress", () => {
    const { completed_at: _, ...open } = document;
    expect(readSparkDeploymentRecord({ ...open, status: "in_progress" }, context).status).toBe("in_progress");
  });

  test.each([
    [{ ...document, status: "great" }, "status"],
    [{ ...document, completed_at: null }, "completed_at"],
    ["x", "expected object"],
  ])("that is not acceptable is refused: %j", (json, message) => {
    expect(() => readSparkDeploymentRecord(json, context)).toThrow(message);
  });

  test("of ours comes back whole", () => {
    const record = rollBack(exampleDeployment({ baselineMetrics: exampleMetrics() }), {
      completedAt: "2026-01-01T00:05:00.000Z",
      decidedBy: "guard:error_rate",
      verdicts: [{ someKey: 1 }],
      deployedMetrics: exampleMetrics({ resources: { cpu: 1, memory: 2, eventLoopDelay: 3 } }),
      rollbackReason: "errors",
    });
    expect(readSparkDeploymentRecord(writeSparkDeploymentRecord(record), context)).toEqual(record);
    expect(writeSparkDeploymentRecord(record)).toMatchObject({
      deployed_metrics: { error_rate: 0.02, resources: { event_loop_delay: 3 } },
    });
  });
});
