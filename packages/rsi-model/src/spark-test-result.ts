import { checkDocument, readPart, sparkPart, writePart } from "./spark-document.ts";
import { ComparisonResult, TestMetrics, TestResult } from "./test-result.ts";

const metricsPart = sparkPart(TestMetrics.unwrap());

const testResultPart = sparkPart(TestResult.unwrap(), {
  within: {
    comparison: sparkPart(ComparisonResult.unwrap(), {
      within: { baselineMetrics: metricsPart, candidateMetrics: metricsPart },
    }),
  },
  times: ["startedAt", "completedAt"],
});

/**
 * Reads a test result of the Python project: snake_case, unknown keys kept in `extra`, times without an
 * offset taken as UTC.
 *
 * @throws SparkError `invalid_input` that lists every fault with its path in the document.
 */
export function readSparkTestResult(json: unknown): TestResult {
  return checkDocument(readPart(json, testResultPart), TestResult, "test result");
}

/** Writes a test result as the Python project reads it. */
export function writeSparkTestResult(testResult: TestResult): unknown {
  return writePart(testResult, testResultPart);
}
