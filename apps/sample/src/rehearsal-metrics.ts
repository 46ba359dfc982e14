import type { TestMetrics } from "@spark/rsi-model";
import type { Rehearsed } from "./rehearse.ts";

/** Sums up one arm of a test. `quality` is the share of right decisions; mails left to a person count half. */
export function summarize(runs: readonly Rehearsed[]): TestMetrics {
  const count = (outcome: Rehearsed["outcome"]): number =>
    runs.filter((run) => run.outcome === outcome).length;
  const failed = count("failed");
  const seconds = runs.map((run) => run.seconds).toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    seconds[Math.max(0, Math.ceil(share * seconds.length) - 1)] ?? 0;
  const of = Math.max(1, runs.length);
  return {
    numRuns: runs.length,
    successCount: runs.length - failed,
    failureCount: failed,
    successRate: (runs.length - failed) / of,
    avgDuration: seconds.reduce((sum, time) => sum + time, 0) / of,
    p50Duration: quantile(0.5),
    p95Duration: quantile(0.95),
    p99Duration: quantile(0.99),
    quality: (count("right") + count("review") / 2) / of,
    errorTypes: countsOf(runs.flatMap(({ errorType }) => errorType ?? [])),
  };
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
