import { historyBound, quantileBoundRank, runsForQuantileBound, splitRisk } from "@spark/evidence";
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { Stage } from "../stage.ts";
import { streakLimit } from "./streak.ts";

/** What one sequential guard tests, fixed before the first run of the candidate. */
export const GuardTest = z
  .strictObject({
    guard: z.enum(["error_rate", "success_rate", "p50_latency", "p95_latency"]),
    /** Which runs it is about: those beside a baseline, those without one, or all of the candidate's. */
    comparedWith: z.enum(["alongside", "before", "limit"]),
    /** Part of the common budget; the weights of the armed guards sum to 1. 0 where it is not armed. */
    weight: z.number().min(0).max(1),
    /** Why it cannot speak. */
    notArmed: z.string().exactOptional(),
    /** Tolerated ratio of failure rates, for tests against a baseline alongside. */
    ratio: z.number().positive().exactOptional(),
    /** Tolerated rate of bad runs. */
    nullRate: z.number().min(0).max(1).exactOptional(),
    /** A run slower than this, in seconds, counts as slow. */
    slowerThan: z.number().nonnegative().exactOptional(),
  })
  .readonly();
export type GuardTest = z.infer<typeof GuardTest>;

/** Everything the sequential decision rests on. Written into the log at the start and never changed after. */
export const GuardSetup = z
  .strictObject({
    decision: z.literal("sequential"),
    /** Probability of a false rollback, and how it is divided. */
    risk: z.strictObject({
      whole: z.number(),
      evidence: z.number(),
      history: z.number(),
      runLength: z.number(),
    }),
    /** Checks among which a late regression may begin. */
    checks: z.int().min(1),
    /** Failures in a row that are still tolerated; undefined where no number of them would be surprising. */
    streakLimit: z.int().min(1).exactOptional(),
    tests: z.array(GuardTest).readonly(),
  })
  .readonly();
export type GuardSetup = z.infer<typeof GuardSetup>;

/** How much of the evidence budget each metric gets, before it is divided among its tests. */
const metricWeights = { error_rate: 0.4, success_rate: 0.2, p50_latency: 0.2, p95_latency: 0.2 } as const;

const quantiles = { p50_latency: 0.5, p95_latency: 0.95 } as const;

/** Fixes the guards of a deployment from what is known before it starts. */
export function setUpGuards(
  config: DeploymentConfig,
  stages: readonly Stage[],
  baseline: Baseline | undefined,
): GuardSetup {
  const budget = splitRisk(config.falseRollbackProbability);
  const history = baseline?.source === "before" ? baseline : undefined;
  // Three bounds are taken from history: the error rate's and the two quantiles'.
  const boundRisk = budget.history / 3;
  const drafts = comparisonsOf(stages).flatMap((comparedWith) => [
    errorRate(config, comparedWith, { history, risk: boundRisk }),
    latency("p50_latency", config, { comparedWith, history, risk: boundRisk }),
    latency("p95_latency", config, { comparedWith, history, risk: boundRisk }),
  ]);
  const tests = weigh([successRate(config), ...drafts]);
  const limit = fuseLimit(config, { history, risks: { bound: boundRisk, runLength: budget.runLength } });
  return {
    decision: "sequential",
    risk: { whole: config.falseRollbackProbability, ...budget },
    checks: checksOf(config, stages),
    ...(limit === undefined ? {} : { streakLimit: limit }),
    tests,
  };
}

type Draft = Omit<GuardTest, "weight">;

/** Which comparisons the stages allow: a share below 1 leaves a baseline alongside. */
function comparisonsOf(stages: readonly Stage[]): readonly ("alongside" | "before")[] {
  const shares = stages.flatMap((stage) => (stage.kind === "watch" ? [stage.share] : []));
  return [
    ...(shares.some((share) => share < 1) ? (["alongside"] as const) : []),
    ...(shares.some((share) => share >= 1) ? (["before"] as const) : []),
  ];
}

function checksOf(config: DeploymentConfig, stages: readonly Stage[]): number {
  const seconds = stages.reduce(
    (sum, stage) =>
      sum + (stage.kind === "watch" ? (stage.durationSeconds ?? config.monitoringDurationSeconds) : 0),
    0,
  );
  return Math.max(1, Math.ceil((seconds * (1 + config.maxExtension)) / config.monitoringIntervalSeconds));
}

function errorRate(
  config: DeploymentConfig,
  comparedWith: "alongside" | "before",
  { history, risk }: { readonly history: Baseline | undefined; readonly risk: number },
): Draft {
  const ratio = 1 + config.maxErrorRateIncrease;
  if (comparedWith === "alongside") return { guard: "error_rate", comparedWith, ratio };
  if (history === undefined) return { guard: "error_rate", comparedWith, notArmed: noHistory };
  const { errors, runs } = history.metrics;
  const bound = historyBound({ history: { hits: errors, trials: runs }, ratio, risk });
  return bound.armed
    ? { guard: "error_rate", comparedWith, nullRate: bound.test.nullRate }
    : { guard: "error_rate", comparedWith, notArmed: bound.reason };
}

function successRate(config: DeploymentConfig): Draft {
  const { minSuccessRate } = config;
  return minSuccessRate > 0
    ? { guard: "success_rate", comparedWith: "limit", nullRate: 1 - minSuccessRate }
    : { guard: "success_rate", comparedWith: "limit", notArmed: "minSuccessRate 0 allows every failure" };
}

function latency(
  guard: "p50_latency" | "p95_latency",
  config: DeploymentConfig,
  compared: {
    readonly comparedWith: "alongside" | "before";
    readonly history: Baseline | undefined;
    readonly risk: number;
  },
): Draft {
  const { comparedWith, history, risk } = compared;
  if (history === undefined) return { guard, comparedWith, notArmed: noHistory };
  const { latencies } = history;
  const rank = quantileBoundRank(latencies.length, { quantile: quantiles[guard], risk });
  if (rank === undefined) {
    const needed = runsForQuantileBound({ quantile: quantiles[guard], risk });
    return {
      guard,
      comparedWith,
      notArmed: `bounding the baseline's quantile takes ${needed} runs of history, there are ${latencies.length}`,
    };
  }
  return {
    guard,
    comparedWith,
    nullRate: 1 - quantiles[guard],
    slowerThan: (latencies[rank - 1] as number) * config.maxLatencyMultiplier,
    ...(comparedWith === "alongside" ? { ratio: 1 } : {}),
  };
}

const noHistory = "no runs of the live version were seen before the start";

/** Each metric's weight goes to its armed tests in equal parts; what is left over is shared in proportion. */
function weigh(drafts: readonly Draft[]): readonly GuardTest[] {
  const armed = drafts.filter(({ notArmed }) => notArmed === undefined);
  const raw = (draft: Draft): number =>
    metricWeights[draft.guard] / armed.filter(({ guard }) => guard === draft.guard).length;
  const sum = armed.reduce((total, draft) => total + raw(draft), 0);
  return drafts.map((draft) => ({ ...draft, weight: armed.includes(draft) ? raw(draft) / sum : 0 }));
}

function fuseLimit(
  config: DeploymentConfig,
  known: {
    readonly history: Baseline | undefined;
    readonly risks: { readonly bound: number; readonly runLength: number };
  },
): number | undefined {
  const { errors: hits = 0, runs: trials = 0 } = known.history?.metrics ?? {};
  const ratio = 1 + config.maxErrorRateIncrease;
  const bound =
    trials > 0 ? historyBound({ history: { hits, trials }, ratio, risk: known.risks.bound }) : undefined;
  const failureRate = bound?.armed === true ? bound.test.nullRate : 1 - config.minSuccessRate;
  if (failureRate >= 1) return undefined;
  return streakLimit({ threshold: config.failureThreshold, failureRate, risk: known.risks.runLength });
}
