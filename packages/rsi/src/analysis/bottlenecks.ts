import type { Bottleneck, Severity } from "@spark/rsi-model";
import type { AnalyzerConfig } from "./analyzer-config.ts";
import type { NodeProfile } from "./node-profile.ts";

/** Two failures are the fewest that can be a habit. */
const fewestFailures = 2;

/**
 * The nodes that hold a graph back, those with the most to gain first.
 *
 * `impactScore` is the share of the critical path for latency, the share of all cost for cost, and ten times
 * the error rate for errors: a run lost weighs ten times a run's time.
 */
export function findBottlenecks(
  profiles: ReadonlyMap<string, NodeProfile>,
  { minLatencyShare, minErrorRate, minCostShare }: AnalyzerConfig,
  totalCost: number,
): readonly Bottleneck[] {
  const found = [...profiles.values()].flatMap((profile) => {
    const { metrics, latencyShare } = profile;
    const costShare = totalCost > 0 ? addedCost(profile) / totalCost : 0;
    const isSlow = latencyShare >= minLatencyShare;
    const isUnreliable = metrics.errorRate >= minErrorRate && metrics.failures >= fewestFailures;
    return [
      ...(isSlow ? [slow(profile)] : []),
      ...(isUnreliable ? [unreliable(profile)] : []),
      ...(costShare >= minCostShare ? [dear(profile, costShare)] : []),
    ];
  });
  return found.sort((a, b) => b.impactScore - a.impactScore);
}

function slow({ metrics, p50Duration, latencyShare }: NodeProfile): Bottleneck {
  const { nodeId, nodeName, avgDuration, p95Duration, executions } = metrics;
  return {
    nodeId,
    nodeName,
    issue: "high_latency",
    severity: severityOf(latencyShare, { medium: 0.3, high: 0.5, critical: 0.8 }),
    impactScore: latencyShare,
    metrics: { latencyShare, avgDuration, p50Duration, p95Duration, executions },
  };
}

function unreliable({ metrics, attempts }: NodeProfile): Bottleneck {
  const { nodeId, nodeName, errorRate, executions, failures } = metrics;
  return {
    nodeId,
    nodeName,
    issue: "high_error_rate",
    severity: severityOf(errorRate, { medium: 0.01, high: 0.05, critical: 0.2 }),
    impactScore: 10 * errorRate,
    metrics: { errorRate, executions, failures, attempts },
  };
}

function dear(profile: NodeProfile, costShare: number): Bottleneck {
  const { nodeId, nodeName } = profile.metrics;
  return {
    nodeId,
    nodeName,
    issue: "high_cost",
    severity: severityOf(costShare, { medium: 0.3, high: 0.5, critical: 0.8 }),
    impactScore: Math.min(costShare, 1),
    metrics: {
      costShare,
      runs: profile.runs,
      costPerRun: profile.meanCost?.passing ?? 0,
      costOfOtherRuns: profile.meanCost?.others ?? 0,
    },
  };
}

/** What the runs through a node cost beyond those that do not pass through it. */
function addedCost({ meanCost, runs }: NodeProfile): number {
  return meanCost === undefined ? 0 : Math.max(0, meanCost.passing - meanCost.others) * runs;
}

function severityOf(
  value: number,
  from: { readonly medium: number; readonly high: number; readonly critical: number },
): Severity {
  if (value >= from.critical) return "critical";
  if (value >= from.high) return "high";
  return value >= from.medium ? "medium" : "low";
}
