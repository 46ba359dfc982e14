import type { Metrics } from "@spark/telemetry";
import type { ComparedMetrics } from "./guard-panel.ts";
import type { GuardReading, Side } from "./guard-reading.ts";
import type { GuardTest } from "./guard-setup.ts";
import type { SequentialGuard } from "./sequential-guard.ts";

const latencyOf = {
  p50_latency: ({ p50Latency }: Metrics) => p50Latency,
  p95_latency: ({ p95Latency }: Metrics) => p95Latency,
} as const;

/** What an armed guard says: rates with their counts, latencies as the quantiles both sides showed. */
export function readGuard(
  guard: SequentialGuard,
  said: {
    readonly metrics: ComparedMetrics;
    readonly log: number;
    readonly required: number;
    readonly breached: boolean;
  },
): GuardReading {
  const { test } = guard;
  const evidence = { log: said.log, required: said.required, weight: test.weight };
  const common = {
    guard: test.guard,
    severity: "rollback" as const,
    armed: true,
    comparedWith: test.comparedWith,
    evidence,
    breached: said.breached,
  };
  if (test.guard === "p50_latency" || test.guard === "p95_latency") {
    const of = latencyOf[test.guard];
    return {
      ...common,
      unit: "seconds",
      ...(test.slowerThan === undefined ? {} : { limit: test.slowerThan }),
      baseline: latencySide(said.metrics.baseline, of),
      candidate: latencySide(said.metrics.candidate, of),
    };
  }
  const limit = rateLimit(guard, said.metrics.baseline);
  return {
    ...common,
    unit: "share",
    ...(limit === undefined ? {} : { limit }),
    baseline:
      test.comparedWith === "before" ? errorSide(said.metrics.baseline) : rateSide(guard.baseline, test),
    candidate: rateSide(guard.candidate, test),
  };
}

/** What a guard says that cannot speak: why. */
export function notArmedReading(test: GuardTest): GuardReading {
  return {
    guard: test.guard,
    severity: "rollback",
    armed: false,
    notArmed: test.notArmed ?? "not armed",
    comparedWith: test.comparedWith,
    unit: test.guard === "error_rate" || test.guard === "success_rate" ? "share" : "seconds",
    baseline: { runs: 0 },
    candidate: { runs: 0 },
    breached: false,
  };
}

function rateLimit({ test, baseline }: SequentialGuard, before: Metrics | undefined): number | undefined {
  if (test.guard === "success_rate") return 1 - (test.nullRate ?? 0);
  if (test.nullRate !== undefined) return test.nullRate;
  const rate = baseline.runs > 0 ? baseline.hits / baseline.runs : before?.errorRate;
  return rate === undefined || test.ratio === undefined ? undefined : rate * test.ratio;
}

function rateSide({ hits, runs }: { readonly hits: number; readonly runs: number }, test: GuardTest): Side {
  if (runs === 0) return { runs };
  return test.guard === "success_rate"
    ? { value: (runs - hits) / runs, hits: runs - hits, runs }
    : { value: hits / runs, hits, runs };
}

function errorSide(metrics: Metrics | undefined): Side {
  if (metrics === undefined || metrics.runs === 0) return { runs: 0 };
  return { value: metrics.errorRate, hits: metrics.errors, runs: metrics.runs };
}

function latencySide(metrics: Metrics | undefined, of: (metrics: Metrics) => number): Side {
  return metrics === undefined || metrics.runs === 0
    ? { runs: 0 }
    : { value: of(metrics), runs: metrics.runs };
}
