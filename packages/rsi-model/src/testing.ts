import type { Metrics } from "@spark/telemetry";
import type { DeploymentInProgress } from "./deployment.ts";
import { ImprovementHypothesis, type ImprovementHypothesisInput } from "./hypothesis.ts";
import { TestResult, type TestResultInput } from "./test-result.ts";

/** A valid hypothesis for tests: one config change of node `answer` in graph `support`. */
export function exampleHypothesis(
  overrides: Partial<ImprovementHypothesisInput> = {},
): ImprovementHypothesis {
  return ImprovementHypothesis.parse({
    hypothesisId: "hyp_1",
    graphId: "support",
    graphVersionBaseline: "1.0.0",
    hypothesisType: "prompt_optimization",
    targetNode: "answer",
    rationale: "The prompt is longer than it needs to be.",
    expectedImprovement: { latencyDelta: -0.2 },
    changes: [
      { type: "node_config_update", targetNodeId: "answer", configPath: "prompt", newValue: "Be brief." },
    ],
    riskLevel: "low",
    ...overrides,
  });
}

/** A valid test result for tests: {@link exampleHypothesis} has passed. */
export function exampleTestResult(overrides: Partial<TestResultInput> = {}): TestResult {
  return TestResult.parse({
    hypothesisId: "hyp_1",
    testId: "test_1",
    status: "passed",
    successCriteriaMet: true,
    ...overrides,
  });
}

/** Valid metrics for tests: 100 runs, 2 errors. */
export function exampleMetrics(overrides: Partial<Metrics> = {}): Metrics {
  return {
    runs: 100,
    errors: 2,
    errorRate: 0.02,
    successRate: 0.98,
    avgLatency: 0.5,
    p50Latency: 0.45,
    p95Latency: 0.9,
    p99Latency: 1.2,
    throughput: 10,
    consecutiveFailures: 0,
    windowSeconds: 10,
    ...overrides,
  };
}

/** A valid running deployment for tests, of {@link exampleHypothesis}. */
export function exampleDeployment(overrides: Partial<DeploymentInProgress> = {}): DeploymentInProgress {
  return {
    status: "in_progress",
    deploymentId: "deploy_1",
    hypothesisId: "hyp_1",
    graphId: "support",
    baselineVersion: "v_base",
    deployedVersion: "v_candidate",
    strategy: "direct",
    startedAt: "2026-01-01T00:00:00.000Z",
    ...overrides,
  };
}
