import { expect, test } from "vitest";
import { readSparkTestResult, writeSparkTestResult } from "./spark-test-result.ts";

const metrics = {
  num_runs: 20,
  success_count: 18,
  failure_count: 2,
  success_rate: 0.9,
  avg_duration: 0.5,
  p50_duration: 0.48,
  p95_duration: 0.65,
  p99_duration: 0.7,
  error_types: { ValueError: 2 },
  gpu_seconds: 3,
};
const document = {
  hypothesis_id: "hyp_1",
  test_id: "test_1",
  status: "passed",
  num_baseline_runs: 20,
  num_candidate_runs: 20,
  started_at: "2026-01-02T03:04:05Z",
  duration_seconds: 12.5,
  comparison: {
    baseline_metrics: metrics,
    candidate_metrics: metrics,
    success_rate_delta: 0,
    avg_duration_delta: -0.1,
    p95_duration_delta: 0,
    is_significant: true,
    confidence_level: 0.95,
    is_improvement: true,
    is_regression: false,
    meets_success_criteria: true,
    summary: "better",
    warnings: [],
  },
  success_criteria_met: true,
  success_criteria: { max_latency_increase: 0.2 },
  recommendations: [],
  runner: "ci",
};

test("a test result of the Python project survives reading and writing", () => {
  const result = readSparkTestResult(document);
  expect(result.comparison?.baselineMetrics).toMatchObject({ numRuns: 20, extra: { gpu_seconds: 3 } });
  expect(result.successCriteria).toEqual({ max_latency_increase: 0.2 });
  expect(writeSparkTestResult(result)).toEqual(document);
});

test("every fault is listed with its path in the document", () => {
  const broken = { ...document, status: "great", comparison: { ...document.comparison, p_value: 2 } };
  expect(() => readSparkTestResult(broken)).toThrow(/- status: .*\n- comparison.p_value: /);
});
