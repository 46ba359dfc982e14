import type { RunRecord } from "@spark/graph";
import type { Metrics } from "@spark/telemetry";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { GuardReading, Severity } from "./guard-reading.ts";
import type { UserGuard } from "./user-guard.ts";

/**
 * How what a guard reads is compared.
 *
 * - `rate`: bad runs come at most `ratio` times as often as the baseline's
 * - `success_floor`: at least `floor` of the runs are not bad
 * - `quantile`: the quantile is at most `margin` worse than the baseline's, relative, or negligible
 * - `mean_floor`: the mean of scores from 0 to 1 is at least `floor`
 */
export type Comparison =
  | { readonly kind: "rate"; readonly ratio: number }
  | { readonly kind: "success_floor"; readonly floor: number }
  | {
      readonly kind: "quantile";
      readonly quantile: number;
      readonly margin: number;
      /** What measures no worse than this is never bad, whatever the baseline's. */
      readonly negligible?: number;
    }
  | { readonly kind: "mean_floor"; readonly floor: number };

/** A guard as both decision modes use it: what it reads of a run, and how that is compared. */
export interface GuardRule {
  readonly name: string;
  readonly severity: Severity;
  readonly unit: GuardReading["unit"];
  readonly direction: "higher_is_worse" | "lower_is_worse";
  /** Its part of the evidence budget, relative to the other guards of the same severity. */
  readonly share: number;
  readonly comparison: Comparison;
  /** What a run shows: true or false, a measurement, nothing. */
  readonly read: (run: RunRecord) => boolean | number | undefined;
  /** Present where `read` looks at this field alone: whether a run is good can then be told without asking. */
  readonly reads?: "ok" | "durationMs";
  /** Where its value can be read from metrics, which saves keeping measurements. */
  readonly ofMetrics?: (metrics: Metrics) => number;
}

/** What a guard beside the seed's four gets: as much as those get on average. */
const equalShare = 0.25;

/**
 * Every guard of a deployment, as a table. A new kind of guard is a new line here, or a {@link UserGuard}.
 */
export function guardRules(
  config: DeploymentConfig,
  userGuards: readonly UserGuard[] = [],
): readonly GuardRule[] {
  const { maxCostIncrease, minQuality } = config;
  return [
    {
      ...failures,
      name: "success_rate",
      share: 0.2,
      comparison: { kind: "success_floor", floor: config.minSuccessRate },
    },
    {
      ...failures,
      name: "error_rate",
      share: 0.4,
      comparison: { kind: "rate", ratio: 1 + config.maxErrorRateIncrease },
    },
    latencyRule(config, "p50_latency", { quantile: 0.5, ofMetrics: ({ p50Latency }) => p50Latency }),
    latencyRule(config, "p95_latency", { quantile: 0.95, ofMetrics: ({ p95Latency }) => p95Latency }),
    ...(maxCostIncrease === undefined ? [] : [costRule(maxCostIncrease)]),
    ...(minQuality === undefined ? [] : [qualityRule(minQuality)]),
    ...userGuards.map(userRule),
  ];
}

/** Stands for a guard that an earlier process had and this one was not given: it says so for every run. */
export function missingRule(name: string, severity: Severity): GuardRule {
  return {
    name,
    severity,
    unit: "value",
    direction: "higher_is_worse",
    share: 0,
    comparison: { kind: "rate", ratio: 1 },
    read: () => {
      throw new Error("this controller was not given the guard");
    },
  };
}

/** The names users cannot give to guards of their own. */
export const reservedNames: readonly string[] = [
  "success_rate",
  "error_rate",
  "p50_latency",
  "p95_latency",
  "avg_latency",
  "cost",
  "quality",
  "consecutive_failures",
  "sample_ratio",
];

/**
 * A run that takes no longer is never slow: a version whose code is new to the engine, or a collection of garbage, takes
 * as long for reasons that are not the candidate's.
 */
const negligibleSeconds = 0.0001;

const failures = {
  severity: "rollback",
  unit: "share",
  direction: "higher_is_worse",
  read: ({ ok }: RunRecord) => !ok,
  reads: "ok",
} as const;

function latencyRule(
  { maxLatencyMultiplier }: DeploymentConfig,
  name: string,
  shown: { readonly quantile: number; readonly ofMetrics: (metrics: Metrics) => number },
): GuardRule {
  return {
    name,
    severity: "rollback",
    unit: "seconds",
    direction: "higher_is_worse",
    share: 0.2,
    comparison: {
      kind: "quantile",
      quantile: shown.quantile,
      margin: maxLatencyMultiplier - 1,
      negligible: negligibleSeconds,
    },
    read: ({ durationMs }) => durationMs / 1000,
    reads: "durationMs",
    ofMetrics: shown.ofMetrics,
  };
}

function costRule(margin: number): GuardRule {
  return {
    name: "cost",
    severity: "rollback",
    unit: "value",
    direction: "higher_is_worse",
    share: equalShare,
    comparison: { kind: "quantile", quantile: 0.5, margin },
    read: ({ cost }) => cost,
  };
}

function qualityRule(floor: number): GuardRule {
  return {
    name: "quality",
    severity: "rollback",
    unit: "value",
    direction: "lower_is_worse",
    share: equalShare,
    comparison: { kind: "mean_floor", floor },
    read: ({ quality }) => quality,
  };
}

function userRule({ name, severity, direction, margin, quantile, read }: UserGuard): GuardRule {
  return {
    name,
    severity,
    direction,
    share: equalShare,
    read,
    ...(quantile === undefined
      ? { unit: "share", comparison: { kind: "rate", ratio: 1 + margin } }
      : { unit: "value", comparison: { kind: "quantile", quantile, margin } }),
  };
}
