import type { TestMetrics } from "@spark/rsi-model";
import { meanOf, quantileOf } from "../analysis/quantile.ts";
import type { ArmRun } from "./arm-run.ts";

/** What the counted runs of one arm showed. Latencies are of all runs, failed ones included. */
export function metricsOf(runs: readonly ArmRun[]): TestMetrics {
  const latencies = runs.map(({ latencySeconds }) => latencySeconds).sort((a, b) => a - b);
  const successCount = runs.filter(({ ok }) => ok).length;
  const costs = runs.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const qualities = runs.flatMap(({ ok, quality }) => (quality === undefined ? [] : [ok ? quality : 0]));
  const timeouts = runs.filter(({ timedOut }) => timedOut).length;
  return {
    numRuns: runs.length,
    successCount,
    failureCount: runs.length - successCount,
    successRate: runs.length === 0 ? 0 : successCount / runs.length,
    avgDuration: meanOf(latencies),
    p50Duration: quantileOf(latencies, 0.5),
    p95Duration: quantileOf(latencies, 0.95),
    p99Duration: quantileOf(latencies, 0.99),
    errorTypes: countTypes(runs),
    ...(costs.length === 0 ? {} : { totalCost: meanOf(costs) * costs.length }),
    ...(qualities.length === 0 ? {} : { quality: meanOf(qualities) }),
    ...(timeouts === 0 ? {} : { extra: { timeouts } }),
  };
}

function countTypes(runs: readonly ArmRun[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { errorType } of runs) {
    if (errorType !== undefined) counts.set(errorType, (counts.get(errorType) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
