import type { Metrics } from "@spark/telemetry";
import type { ComparedMetrics } from "./guard-panel.ts";
import type { GuardReading, Side } from "./guard-reading.ts";
import type { GuardRule } from "./guard-rule.ts";
import type { GuardTest } from "./guard-test.ts";
import type { SequentialGuard } from "./sequential-guard.ts";

/** What an armed guard says: the rate, quantile or mean that both sides showed, with counts and evidence. */
export function readGuard(
  guard: SequentialGuard,
  said: {
    readonly metrics: ComparedMetrics;
    readonly log: number;
    readonly required: number;
    readonly breached: boolean;
  },
): GuardReading {
  const { test, rule, reader } = guard;
  const limit = limitOf(guard, said.metrics.baseline);
  return {
    guard: test.guard,
    severity: test.severity,
    armed: true,
    comparedWith: test.comparedWith,
    unit: rule.unit,
    ...(limit === undefined ? {} : { limit }),
    ...sidesOf(guard, said.metrics),
    evidence: { log: said.log, required: said.required, weight: test.weight },
    ...(reader.unread === undefined ? {} : { unread: reader.unread }),
    breached: said.breached,
  };
}

/** What a guard says that cannot speak: why. */
export function notArmedReading(test: GuardTest, rule: GuardRule): GuardReading {
  return {
    guard: test.guard,
    severity: test.severity,
    armed: false,
    notArmed: test.notArmed ?? "not armed",
    comparedWith: test.comparedWith,
    unit: rule.unit,
    baseline: { runs: 0 },
    candidate: { runs: 0 },
    breached: false,
  };
}

/** What the fuse says; without a limit it is not armed. */
export function fuseReading(
  limit: number | undefined,
  streak: { readonly length: number; readonly tripped: boolean } | undefined,
  runs: number,
): GuardReading {
  return {
    guard: "consecutive_failures",
    severity: "rollback",
    armed: limit !== undefined,
    ...(limit === undefined
      ? { notArmed: "every number of failures in a row is within the margins" }
      : { limit }),
    comparedWith: "limit",
    unit: "runs",
    baseline: { runs: 0 },
    candidate: { value: streak?.length ?? 0, runs },
    breached: streak?.tripped === true,
  };
}

function sidesOf(
  { test, rule, baseline, candidate }: SequentialGuard,
  metrics: ComparedMetrics,
): Pick<GuardReading, "baseline" | "candidate"> {
  const { ofMetrics } = rule;
  if (ofMetrics !== undefined) {
    return {
      baseline: metricSide(metrics.baseline, ofMetrics),
      candidate: metricSide(metrics.candidate, ofMetrics),
    };
  }
  const before = test.guard === "error_rate" && test.comparedWith === "before";
  return { baseline: before ? errorSide(metrics.baseline) : baseline.side, candidate: candidate.side };
}

function limitOf({ test, rule, baseline }: SequentialGuard, before: Metrics | undefined): number | undefined {
  const { worseThan, meanFloor, nullRate, ratio } = test;
  if (rule.comparison.kind === "success_floor") return 1 - (nullRate ?? 0);
  const fixed = worseThan ?? meanFloor ?? nullRate;
  if (fixed !== undefined) return fixed;
  const rate =
    baseline.runs > 0
      ? baseline.hits / baseline.runs
      : test.guard === "error_rate"
        ? before?.errorRate
        : undefined;
  return rate === undefined || ratio === undefined ? undefined : rate * ratio;
}

function errorSide(metrics: Metrics | undefined): Side {
  if (metrics === undefined || metrics.runs === 0) return { runs: 0 };
  return { value: metrics.errorRate, hits: metrics.errors, runs: metrics.runs };
}

function metricSide(metrics: Metrics | undefined, of: (metrics: Metrics) => number): Side {
  return metrics === undefined || metrics.runs === 0
    ? { runs: 0 }
    : { value: of(metrics), runs: metrics.runs };
}
