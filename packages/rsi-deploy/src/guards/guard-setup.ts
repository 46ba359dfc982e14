import { historyBound, splitRisk } from "@spark/evidence";
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { Stage } from "../stage.ts";
import { type GuardRule, guardRules } from "./guard-rule.ts";
import { type DraftedTest, draftTests, GuardTest, isBoundByHistory } from "./guard-test.ts";
import { streakLimit } from "./streak.ts";
import type { UserGuard } from "./user-guard.ts";

/** Everything the sequential decision rests on. Written into the log at the start and never changed after. */
export const GuardSetup = z
  .strictObject({
    decision: z.literal("sequential"),
    /** Probability of a false rollback, and how it is divided; the other severities have as much each. */
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

/** Fixes the guards of a deployment from what is known before it starts. */
export function setUpGuards(
  config: DeploymentConfig,
  stages: readonly Stage[],
  known: { readonly baseline: Baseline | undefined; readonly guards?: readonly UserGuard[] },
): GuardSetup {
  const budget = splitRisk(config.falseRollbackProbability);
  const rules = guardRules(config, known.guards);
  const history = known.baseline?.source === "before" ? known.baseline : undefined;
  const boundRisk = (severity: string): number =>
    budget.history / rules.filter((rule) => rule.severity === severity && isBoundByHistory(rule)).length;
  const comparisons = comparisonsOf(stages);
  const drafts = rules.flatMap((rule) =>
    draftTests(rule, comparisons, { runs: history?.runs, risk: boundRisk(rule.severity) }),
  );
  const risks = { bound: boundRisk("rollback"), runLength: budget.runLength };
  const limit = fuseLimit(config, { history, risks });
  return {
    decision: "sequential",
    risk: { whole: config.falseRollbackProbability, ...budget },
    checks: checksOf(config, stages),
    ...(limit === undefined ? {} : { streakLimit: limit }),
    tests: weigh(drafts, rules),
  };
}

/** Which comparisons the stages allow: a share below 1 leaves a baseline alongside. */
function comparisonsOf(stages: readonly Stage[]): readonly ("alongside" | "before")[] {
  const shares = stages.flatMap((stage) => (stage.kind === "watch" ? [stage.share] : []));
  return [
    ...(shares.some((share) => share < 1) ? (["alongside"] as const) : []),
    ...(shares.some((share) => share >= 1) ? (["before"] as const) : []),
  ];
}

/** How many checks a deployment has at the most. */
export function checksOf(config: DeploymentConfig, stages: readonly Stage[]): number {
  const seconds = stages.reduce(
    (sum, stage) =>
      sum + (stage.kind === "watch" ? (stage.durationSeconds ?? config.monitoringDurationSeconds) : 0),
    0,
  );
  return Math.max(1, Math.ceil((seconds * (1 + config.maxExtension)) / config.monitoringIntervalSeconds));
}

/** A rule's share goes to its armed tests in equal parts; within a severity all weights sum to 1. */
function weigh(drafts: readonly DraftedTest[], rules: readonly GuardRule[]): readonly GuardTest[] {
  const armed = drafts.filter(({ notArmed }) => notArmed === undefined);
  const shares = new Map(rules.map(({ name, share }) => [name, share]));
  const raw = ({ guard }: DraftedTest): number =>
    (shares.get(guard) ?? 0) / armed.filter((other) => other.guard === guard).length;
  const sumOf = (severity: string): number =>
    armed.filter((draft) => draft.severity === severity).reduce((total, draft) => total + raw(draft), 0);
  return drafts.map((draft) => ({
    ...draft,
    weight: armed.includes(draft) ? raw(draft) / sumOf(draft.severity) : 0,
  }));
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
