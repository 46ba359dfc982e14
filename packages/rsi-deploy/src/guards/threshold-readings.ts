import type { Metrics } from "@spark/telemetry";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { GuardReading, Side } from "./guard-reading.ts";

/** A window as the threshold rules see it. */
export interface ThresholdWindow {
  readonly candidate: Metrics;
  readonly baseline?: Metrics;
  readonly comparedWith: "alongside" | "before" | "test";
  /** Failures of the candidate in a row up to now. */
  readonly streak: number;
}

/** How far a product of counts must lie above a limit to count as above it and not as rounding. */
export const rounding = 1 + 1e-12;

/**
 * The seed's four triggers and p95 latency, each strictly above (or below) its limit:
 *
 * - error rate > baseline × (1 + maxErrorRateIncrease); counts are multiplied, not quotients compared, and a
 *   baseline without errors tolerates none
 * - mean and p95 latency > baseline × maxLatencyMultiplier
 * - success rate < minSuccessRate
 * - failures in a row > failureThreshold, whatever the window holds
 */
export function thresholdReadings(
  config: DeploymentConfig,
  window: ThresholdWindow,
): readonly GuardReading[] {
  const enough = window.candidate.runs >= config.minimumRuns;
  const withBaseline = enough && (window.baseline?.runs ?? 0) > 0;
  return [
    successRate(config, window, enough),
    errorRate(config, window, withBaseline),
    latency("avg_latency", config, { window, armed: withBaseline, of: ({ avgLatency }) => avgLatency }),
    latency("p95_latency", config, { window, armed: withBaseline, of: ({ p95Latency }) => p95Latency }),
    {
      guard: "consecutive_failures",
      severity: "rollback",
      armed: true,
      comparedWith: "limit",
      unit: "runs",
      limit: config.failureThreshold,
      baseline: { runs: 0 },
      candidate: { value: window.streak, runs: window.candidate.runs },
      breached: window.streak > config.failureThreshold,
    },
  ];
}

function errorRate(config: DeploymentConfig, window: ThresholdWindow, armed: boolean): GuardReading {
  const { candidate, baseline, comparedWith } = window;
  const ratio = 1 + config.maxErrorRateIncrease;
  return {
    guard: "error_rate",
    severity: "rollback",
    ...armedOr(armed, config, window),
    comparedWith,
    unit: "share",
    ...(baseline === undefined ? {} : { limit: baseline.errorRate * ratio }),
    baseline: rateSide(baseline, "errors"),
    candidate: rateSide(candidate, "errors"),
    breached:
      armed &&
      baseline !== undefined &&
      candidate.errors * baseline.runs > ratio * baseline.errors * candidate.runs * rounding,
  };
}

function successRate(config: DeploymentConfig, { candidate }: ThresholdWindow, armed: boolean): GuardReading {
  const successes = candidate.runs - candidate.errors;
  return {
    guard: "success_rate",
    severity: "rollback",
    ...(armed ? { armed } : { armed, notArmed: tooFew(candidate.runs, config.minimumRuns) }),
    comparedWith: "limit",
    unit: "share",
    limit: config.minSuccessRate,
    baseline: { runs: 0 },
    candidate: rateSide(candidate, "successes"),
    breached: armed && successes * rounding < config.minSuccessRate * candidate.runs,
  };
}

function latency(
  guard: string,
  config: DeploymentConfig,
  rule: {
    readonly window: ThresholdWindow;
    readonly armed: boolean;
    readonly of: (metrics: Metrics) => number;
  },
): GuardReading {
  const { window, armed, of } = rule;
  const { candidate, baseline, comparedWith } = window;
  const limit = baseline === undefined ? undefined : of(baseline) * config.maxLatencyMultiplier;
  return {
    guard,
    severity: "rollback",
    ...armedOr(armed, config, window),
    comparedWith,
    unit: "seconds",
    ...(limit === undefined ? {} : { limit }),
    baseline: baseline === undefined ? { runs: 0 } : { value: of(baseline), runs: baseline.runs },
    candidate: { value: of(candidate), runs: candidate.runs },
    breached: armed && limit !== undefined && of(candidate) > limit * rounding,
  };
}

function armedOr(
  armed: boolean,
  config: DeploymentConfig,
  { candidate, baseline }: ThresholdWindow,
): { readonly armed: boolean; readonly notArmed?: string } {
  if (armed) return { armed };
  const why =
    candidate.runs < config.minimumRuns ? tooFew(candidate.runs, config.minimumRuns) : noBaseline(baseline);
  return { armed, notArmed: why };
}

/** Why a window cannot be judged yet. */
export function tooFew(runs: number, minimumRuns: number): string {
  return `${runs} of at least ${minimumRuns} runs in this window`;
}

function noBaseline(baseline: Metrics | undefined): string {
  return baseline === undefined
    ? "no runs of the baseline to compare with"
    : "no run of the baseline in this window";
}

function rateSide(metrics: Metrics | undefined, of: "errors" | "successes"): Side {
  if (metrics === undefined || metrics.runs === 0) return { runs: metrics?.runs ?? 0 };
  const hits = of === "errors" ? metrics.errors : metrics.runs - metrics.errors;
  return { value: hits / metrics.runs, hits, runs: metrics.runs };
}
