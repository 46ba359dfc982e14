import { expect, test } from "vitest";
import { readMetaGraphConfig } from "./meta-graph-config.ts";

test("everything but the graph has a default", () => {
  expect(readMetaGraphConfig({ graphId: "support" })).toMatchObject({
    graphId: "support",
    analysisWindowHours: 24,
    maxHypotheses: 3,
    hypothesisTypes: ["prompt_optimization", "parameter_tuning"],
    enablePatternLearning: true,
    autoDeploy: true,
    deployment: { strategy: "direct", monitoringDurationSeconds: 300, monitoringIntervalSeconds: 10 },
    analysis: { minExecutions: 10 },
    review: { waitForDecision: false, requireApprovalForRiskLevels: ["high", "critical"] },
    testing: { risk: 0.05 },
  });
});

test("the strategy may stand at the top, where it goes before the one of the deployment", () => {
  const config = {
    graphId: "support",
    deployment: { strategy: "shadow" as const, shadowThen: "stop" as const },
  };
  expect(readMetaGraphConfig(config).deployment.strategy).toBe("shadow");
  expect(readMetaGraphConfig({ ...config, deploymentStrategy: "canary" }).deployment.strategy).toBe("canary");
});

test("says every field that does not fit, those of the deployment too", () => {
  const wrong = { graphId: "", maxHypotheses: 21, testing: { risk: 0 }, deployement: {} };
  expect(() => readMetaGraphConfig(wrong)).toThrow(/graphId.*maxHypotheses.*testing\.risk.*deployement/s);
  const deployment = { canaryStages: [2] };
  expect(() => readMetaGraphConfig({ graphId: "support", deployment })).toThrow(/canaryStages/);
});
