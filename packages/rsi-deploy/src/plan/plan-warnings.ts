import type { DeploymentConfig } from "../deployment-config.ts";
import { seconds as duration } from "../explain.ts";
import type { GuardSetup } from "../guards/guard-setup.ts";
import { percent } from "../stage.ts";
import type { BaselineForecast, TrafficForecast } from "./forecast.ts";
import type { StagePlan, WatchedStagePlan } from "./plan.ts";
import type { RuleOdds } from "./threshold-odds.ts";

/** Something a deployment would not do as its configuration suggests, and what to change. */
export interface PlanWarning {
  /** The stage it is about; absent where it is about the whole deployment. */
  readonly stage?: string;
  /** The guard or the field it is about. */
  readonly about: string;
  readonly problem: string;
  readonly change: string;
}

interface Known {
  readonly config: DeploymentConfig;
  readonly traffic: TrafficForecast;
  readonly baseline: BaselineForecast;
  readonly setup: GuardSetup;
  readonly stages: readonly StagePlan[];
  /** Of the threshold rules, over the whole rollout. */
  readonly odds: RuleOdds;
}

/** Every reason to think again. Pure. */
export function warningsOf(known: Known): readonly PlanWarning[] {
  const { config, stages } = known;
  const watched = stages.filter((stage) => stage.kind === "watch");
  return [
    ...brokenFloor(known),
    ...(config.decision === "threshold" ? ruleFaults(known) : unarmed(known)),
    ...withoutWitness(watched),
    ...watched.flatMap((stage) => blindness(stage, known)),
  ];
}

function brokenFloor({ config, baseline }: Known): readonly PlanWarning[] {
  const successRate = 1 - baseline.errorRate;
  if (successRate >= config.minSuccessRate) return [];
  return [
    {
      about: "minSuccessRate",
      problem: `the live version succeeds in ${percent(successRate)}, which is below the floor of ${percent(config.minSuccessRate)}: a candidate just as good is taken back`,
      change: "set minSuccessRate below what is live",
    },
  ];
}

/** What makes threshold rules void: a baseline without errors, and chance. */
function ruleFaults({ config, baseline, odds }: Known): readonly PlanWarning[] {
  const sequential = 'decide by "sequential"';
  const tooOften = odds.any > config.falseRollbackProbability;
  return [
    ...(baseline.errorRate === 0
      ? [
          {
            about: "error_rate",
            problem: "a baseline without errors makes the rule fire at the candidate's first error",
            change: sequential,
          },
        ]
      : []),
    ...(tooOften
      ? [
          {
            about: "decision",
            problem: `the threshold rules take back a candidate without any change in ${percent(odds.any)} of the deployments`,
            change: `${sequential}, which stays at or below ${percent(config.falseRollbackProbability)}`,
          },
        ]
      : []),
  ];
}

/** One warning a guard, whatever it is compared with. */
function unarmed({ setup }: Known): readonly PlanWarning[] {
  const silent = new Map(setup.tests.flatMap(({ guard, notArmed }) => (notArmed ? [[guard, notArmed]] : [])));
  const warnings = [...silent].map(([guard, reason]) => ({
    about: guard,
    problem: `not armed: ${reason}`,
    change:
      guard === "success_rate"
        ? "set minSuccessRate above 0"
        : "start when more runs of the live version have been seen",
  }));
  if (setup.streakLimit !== undefined) return warnings;
  const about = "consecutive_failures";
  const problem = "not armed: every number of failures in a row is within the margins";
  return [...warnings, { about, problem, change: "set minSuccessRate above 0" }];
}

function withoutWitness(stages: readonly WatchedStagePlan[]): readonly PlanWarning[] {
  if (stages.length === 0 || stages.some(({ share }) => share < 1)) return [];
  return [
    {
      about: "holdbackShare",
      problem:
        "no stage leaves a baseline alongside: an outage or a drift after the start counts against the candidate",
      change: "keep a holdbackShare of 0.1, or take the strategy canary",
    },
  ];
}

/** A stage should see three times the errors, or one failing run in five where there were none. */
const worthSeeing = { ratio: 3, errorRate: 0.2 } as const;

function blindness(stage: WatchedStagePlan, { config, traffic, baseline }: Known): readonly PlanWarning[] {
  const { name, candidateRuns, minimumRuns, outlook } = stage;
  const runs = `${Math.round(candidateRuns)} runs of the candidate`;
  const perSecond = traffic.runsPerSecond * stage.share;
  if (candidateRuns < minimumRuns * (1 - 1e-9)) {
    return [
      {
        stage: name,
        about: "minimumRuns",
        problem: `${runs} in all its time, extension included, where it needs ${minimumRuns}: it ends by onInsufficientEvidence (${config.onInsufficientEvidence})`,
        change: `watch for ${duration(minimumRuns / perSecond)}, give it a larger share, or lower minimumRuns`,
      },
    ];
  }
  if (config.decision === "threshold") return [];
  const wanted =
    baseline.errorRate === 0
      ? worthSeeing.errorRate
      : Math.min(
          1,
          Math.max(worthSeeing.ratio, 1.5 * (1 + config.maxErrorRateIncrease)) * baseline.errorRate,
        );
  const { smallestErrorRate } = outlook;
  if (smallestErrorRate !== undefined && smallestErrorRate <= wanted) return [];
  const seen =
    smallestErrorRate === undefined
      ? "does not even see a candidate that always fails"
      : `sees error rates from ${percent(Number(smallestErrorRate.toPrecision(2)))} only`;
  const needed = outlook.errors.find(({ ratio, errorRate }) =>
    baseline.errorRate === 0 ? errorRate === worthSeeing.errorRate : ratio === worthSeeing.ratio,
  )?.seconds;
  return [
    {
      stage: name,
      about: "error_rate",
      problem: `with ${runs} it ${seen}`,
      change:
        needed === undefined
          ? stage.share < 1
            ? "lower maxErrorRateIncrease"
            : "start when more runs of the live version have been seen, or leave a baseline alongside"
          : `to see ${percent(wanted)}, watch for ${duration(Math.ceil(needed))}`,
    },
  ];
}
