import { JsonObject } from "@spark/graph";
import { z } from "zod";

const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);
const seconds = z.number().nonnegative();
const time = z.iso.datetime({ offset: true });

/** From `start` to `end`, ISO 8601. */
export const AnalysisPeriod = z.strictObject({ start: time, end: time }).readonly();
export type AnalysisPeriod = z.infer<typeof AnalysisPeriod>;

/** How a graph did over a period. Durations in seconds, rates as fractions. */
export const PerformanceSummary = z
  .strictObject({
    totalExecutions: count,
    successRate: fraction,
    avgDuration: seconds,
    p50Duration: seconds,
    p95Duration: seconds,
    p99Duration: seconds,
    totalCost: z.number().exactOptional(),
  })
  .readonly();
export type PerformanceSummary = z.infer<typeof PerformanceSummary>;

/** How one node did. Durations in seconds, rates as fractions. */
export const NodeMetrics = z
  .strictObject({
    nodeId: z.string().min(1),
    nodeName: z.string(),
    executions: count,
    successes: count,
    failures: count,
    successRate: fraction,
    errorRate: fraction,
    avgDuration: seconds,
    p95Duration: seconds,
  })
  .readonly();
export type NodeMetrics = z.infer<typeof NodeMetrics>;

export const Severity = z.enum(["low", "medium", "high", "critical"]);
export type Severity = z.infer<typeof Severity>;

/** A node that holds the graph back; the higher `impactScore`, the more there is to gain. */
export const Bottleneck = z
  .strictObject({
    nodeId: z.string().min(1),
    nodeName: z.string(),
    issue: z.enum(["high_latency", "high_error_rate", "high_cost"]),
    severity: Severity,
    impactScore: z.number().nonnegative(),
    metrics: z.record(z.string(), z.number()).readonly().default({}),
  })
  .readonly();
export type Bottleneck = z.infer<typeof Bottleneck>;

/** Failures of one kind in one node. */
export const FailurePattern = z
  .strictObject({
    nodeId: z.string().min(1),
    nodeName: z.string(),
    errorType: z.string(),
    count,
    sampleMessages: z.array(z.string()).readonly().default([]),
    exampleRunIds: z.array(z.string()).readonly().default([]),
  })
  .readonly();
export type FailurePattern = z.infer<typeof FailurePattern>;

/** What an analysis of one graph's runs found. */
export const DiagnosticReport = z
  .strictObject({
    graphId: z.string().min(1),
    graphVersion: z.string().default("unknown"),
    analysisPeriod: AnalysisPeriod.exactOptional(),
    summary: PerformanceSummary.exactOptional(),
    /** By node id. */
    nodeMetrics: z.record(z.string(), NodeMetrics).readonly().default({}),
    bottlenecks: z.array(Bottleneck).readonly().default([]),
    failures: z.array(FailurePattern).readonly().default([]),
    opportunities: z.array(z.string()).readonly().default([]),
    generatedAt: time,
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type DiagnosticReport = z.infer<typeof DiagnosticReport>;
