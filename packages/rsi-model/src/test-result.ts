import { JsonObject } from "@spark/graph";
import { z } from "zod";

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

export const TestStatus = z.enum(["pending", "running", "passed", "failed", "inconclusive", "error"]);
export type TestStatus = z.infer<typeof TestStatus>;

/** What one arm of a test showed. Latencies in seconds, rates as fractions. */
export const TestMetrics = z
  .strictObject({
    numRuns: count,
    successCount: count,
    failureCount: count,
    successRate: z.number().min(0).max(1),
    avgDuration: seconds,
    p50Duration: seconds,
    p95Duration: seconds,
    p99Duration: seconds,
    totalCost: z.number().exactOptional(),
    /** Mean quality by the test's scorer, 0 to 1. */
    quality: z.number().min(0).max(1).exactOptional(),
    errorTypes: z.record(z.string(), count).readonly().default({}),
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type TestMetrics = z.infer<typeof TestMetrics>;

/** Candidate minus baseline, and what follows from it. */
export const ComparisonResult = z
  .strictObject({
    baselineMetrics: TestMetrics,
    candidateMetrics: TestMetrics,
    successRateDelta: z.number(),
    avgDurationDelta: z.number(),
    p95DurationDelta: z.number(),
    costDelta: z.number().exactOptional(),
    isSignificant: z.boolean(),
    confidenceLevel: z.number().min(0).max(1),
    pValue: z.number().min(0).max(1).exactOptional(),
    isImprovement: z.boolean(),
    isRegression: z.boolean(),
    meetsSuccessCriteria: z.boolean(),
    summary: z.string().default(""),
    warnings: z.array(z.string()).readonly().default([]),
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type ComparisonResult = z.infer<typeof ComparisonResult>;

/** The outcome of testing one hypothesis before it meets any traffic. */
export const TestResult = z
  .strictObject({
    hypothesisId: z.string().min(1),
    testId: z.string().min(1),
    status: TestStatus,
    numBaselineRuns: count.default(0),
    numCandidateRuns: count.default(0),
    startedAt: z.iso.datetime({ offset: true }).exactOptional(),
    completedAt: z.iso.datetime({ offset: true }).exactOptional(),
    durationSeconds: seconds.default(0),
    comparison: ComparisonResult.exactOptional(),
    successCriteriaMet: z.boolean().default(false),
    successCriteria: JsonObject.default({}),
    errorMessage: z.string().exactOptional(),
    recommendations: z.array(z.string()).readonly().default([]),
    /** The version that was tested; where it is given, no other version is deployed on this result. */
    testedVersionId: z.string().exactOptional(),
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type TestResult = z.infer<typeof TestResult>;

/** A test result as a person writes it: what has a default may be left out. */
export type TestResultInput = z.input<typeof TestResult>;
