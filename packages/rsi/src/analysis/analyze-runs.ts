import type { GraphSpec, RunRecord } from "@spark/graph";
import type { DiagnosticReport, PerformanceSummary } from "@spark/rsi-model";
import type { AnalyzerConfig } from "./analyzer-config.ts";
import { findBottlenecks } from "./bottlenecks.ts";
import { findFailures } from "./failure-patterns.ts";
import { profileNodes } from "./node-profile.ts";
import { describeOpportunities } from "./opportunities.ts";
import { meanOf, quantileOf } from "./quantile.ts";

/** What is analysed, and as what the report presents it. Times are milliseconds since the Unix epoch. */
export interface AnalysisSubject {
  readonly graphId: string;
  readonly graphVersion: string;
  readonly period: { readonly startMs: number; readonly endMs: number };
  readonly generatedAtMs: number;
  /** The spec the runs are of; with it parallel branches are told apart from a sequence. */
  readonly spec?: GraphSpec | undefined;
}

/** What some runs of one graph say about it. There is at least one run. Pure. */
export function analyzeRuns(
  records: readonly RunRecord[],
  subject: AnalysisSubject,
  config: AnalyzerConfig,
): DiagnosticReport {
  const { graphId, graphVersion, period, spec } = subject;
  const summary = summaryOf(records);
  const profiles = profileNodes(records, spec);
  const bottlenecks = findBottlenecks(profiles, config, summary.totalCost ?? 0);
  const failures = findFailures(records, new Map(spec?.nodes.map(({ id, type }) => [id, type])));
  return {
    graphId,
    graphVersion,
    analysisPeriod: { start: isoTime(period.startMs), end: isoTime(period.endMs) },
    summary,
    nodeMetrics: Object.fromEntries([...profiles].map(([id, { metrics }]) => [id, metrics])),
    bottlenecks,
    failures,
    opportunities: describeOpportunities(bottlenecks, failures),
    generatedAt: isoTime(subject.generatedAtMs),
  };
}

/** True where there is something worth improving. */
export function hasIssues(report: DiagnosticReport, { minSuccessRate }: AnalyzerConfig): boolean {
  const { summary, bottlenecks, failures } = report;
  return bottlenecks.length > 0 || failures.length > 0 || (summary?.successRate ?? 1) < minSuccessRate;
}

function summaryOf(records: readonly RunRecord[]): PerformanceSummary {
  const durations = records.map(({ durationMs }) => durationMs / 1000).sort((a, b) => a - b);
  const costs = records.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    totalExecutions: records.length,
    successRate: records.filter(({ ok }) => ok).length / records.length,
    avgDuration: meanOf(durations),
    p50Duration: quantileOf(durations, 0.5),
    p95Duration: quantileOf(durations, 0.95),
    p99Duration: quantileOf(durations, 0.99),
    ...(costs.length === 0 ? {} : { totalCost: meanOf(costs) * costs.length }),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
