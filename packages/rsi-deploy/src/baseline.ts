import type { RunRecord } from "@spark/graph";
import type { TestMetrics, TestResult } from "@spark/rsi-model";
import { type Metrics, RunTally } from "@spark/telemetry";

/** What the candidate is compared with where the baseline does not run at the same time. */
export interface Baseline {
  readonly metrics: Metrics;
  /** `before`: runs of the live version before the start; `test`: the baseline arm of the test. */
  readonly source: "before" | "test";
  /** The runs themselves, from which guards take their limits; none for `test`, which keeps none. */
  readonly runs: readonly RunRecord[];
}

/**
 * The baseline of a deployment that replaces everything at once: the runs just before the switch where there
 * are at least `minimumRuns`, else the baseline arm of the test, else none.
 */
export function baselineBefore(
  recent: readonly RunRecord[],
  options: { readonly minimumRuns: number; readonly testResult: TestResult },
): Baseline | undefined {
  if (recent.length >= options.minimumRuns) return fromRuns(recent);
  const tested = options.testResult.comparison?.baselineMetrics;
  return tested === undefined || tested.numRuns === 0 ? undefined : fromTest(tested);
}

function fromRuns(records: readonly RunRecord[]): Baseline {
  const tally = new RunTally();
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const record of records) {
    tally.add(record);
    first = Math.min(first, record.startedAt);
    last = Math.max(last, record.startedAt + record.durationMs);
  }
  return { metrics: tally.toMetrics((last - first) / 1000), source: "before", runs: records };
}

function fromTest(tested: TestMetrics): Baseline {
  const { numRuns, failureCount } = tested;
  return {
    source: "test",
    runs: [],
    metrics: {
      runs: numRuns,
      errors: failureCount,
      errorRate: failureCount / numRuns,
      successRate: (numRuns - failureCount) / numRuns,
      avgLatency: tested.avgDuration,
      p50Latency: tested.p50Duration,
      p95Latency: tested.p95Duration,
      p99Latency: tested.p99Duration,
      throughput: 0,
      consecutiveFailures: 0,
      windowSeconds: 0,
    },
  };
}
