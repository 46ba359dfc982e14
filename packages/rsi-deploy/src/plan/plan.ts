import { seededRandom } from "@spark/graph";
import {
  type DeploymentConfig,
  type DeploymentConfigInput,
  readDeploymentConfig,
} from "../deployment-config.ts";
import { type GuardSetup, setUpGuards } from "../guards/guard-setup.ts";
import { type Stage, stageName, type WatchStage } from "../stage.ts";
import { stagesOf } from "../strategies.ts";
import { expectedBaseline } from "./expected-baseline.ts";
import {
  BaselineForecast,
  type BaselineForecastInput,
  readForecast,
  TrafficForecast,
  type TrafficForecastInput,
} from "./forecast.ts";
import { latencyShape } from "./latency-shape.ts";
import { type Outlook, outlookOf } from "./outlook.ts";
import { type PlanWarning, warningsOf } from "./plan-warnings.ts";
import { type RuleOdds, thresholdOdds } from "./threshold-odds.ts";

/** A stage that watches the candidate's runs. */
export interface WatchedStagePlan {
  readonly kind: "watch";
  readonly name: string;
  readonly share: number;
  /** How long it lasts when nothing happens, extended where it has to be. */
  readonly seconds: number;
  /** Runs expected in that time. */
  readonly candidateRuns: number;
  readonly baselineRuns: number;
  /** Runs of the candidate it needs to end well. */
  readonly minimumRuns: number;
  /** What the sequential guards see in this stage. */
  readonly outlook: Outlook;
  /** The odds of the threshold rules in this stage, without any change. */
  readonly thresholdOdds: RuleOdds;
}

/** A stage that waits for a decision, or compares outputs unseen. */
export interface OtherStagePlan {
  readonly kind: "mirror" | "gate" | "preview";
  readonly name: string;
  /** For a gate, when it gives up waiting. */
  readonly seconds: number;
}

export type StagePlan = WatchedStagePlan | OtherStagePlan;

/** What is to be expected of a deployment before it starts. */
export interface DeploymentPlan {
  readonly decision: DeploymentConfig["decision"];
  /** The chance that a candidate without any change is taken back: bounded by evidence, or simulated. */
  readonly falseRollback: number;
  /** The odds of the threshold rules over the whole rollout, whichever decision is configured. */
  readonly thresholdOdds: RuleOdds;
  /** From the first switch to the end when nothing happens; waiting for a person not counted. */
  readonly expectedSeconds: number;
  readonly stages: readonly StagePlan[];
  /** What the sequential guards would be set up with. */
  readonly guards: GuardSetup;
  readonly warnings: readonly PlanWarning[];
}

/**
 * Says before the start what a deployment can see, how soon, how often it would be wrong, and how long it takes.
 *
 * Sets up the guards as the controller would from a history that is as usual, computes what each stage can see,
 * and simulates the threshold rules on windows of counts. Changes nothing; the same arguments give the same
 * plan. A one-hour rollout at 1,000 runs a second takes about a second.
 *
 * @throws SparkError `invalid_config` or `invalid_input` naming every field that does not fit.
 * @example
 * const outlook = plan({ strategy: "canary" }, { runsPerSecond: 20 }, { errorRate: 0.02, runs: 5000 });
 * for (const line of printPlan(outlook)) console.log(line);
 */
export function plan(
  config: DeploymentConfigInput,
  traffic: TrafficForecastInput,
  baseline: BaselineForecastInput,
): DeploymentPlan {
  const settled = readDeploymentConfig(config);
  const forecast = {
    config: settled,
    traffic: readForecast(TrafficForecast, "traffic", traffic),
    baseline: readForecast(BaselineForecast, "baseline", baseline),
  };
  const stages = stagesOf(settled);
  const watched = stages.filter((stage) => stage.kind === "watch");
  const setup = setUpGuards(settled, stages, {
    baseline: expectedBaseline(forecast.baseline, settled.minimumRuns),
  });
  const odds = thresholdOdds(
    {
      config: settled,
      stages: watched,
      behaviour: { errorRate: forecast.baseline.errorRate, latency: latencyShape(forecast.baseline) },
      runsPerSecond: forecast.traffic.runsPerSecond,
      historyRuns: forecast.baseline.runs,
      simulations: forecast.traffic.simulations,
    },
    seededRandom(forecast.traffic.seed),
  );
  const plans = stages.map((stage): StagePlan =>
    stage.kind === "watch"
      ? watchedPlan(stage, {
          ...forecast,
          setup,
          odds: odds.stages[watched.indexOf(stage)] as RuleOdds,
        })
      : otherPlan(stage, settled),
  );
  return {
    decision: settled.decision,
    falseRollback: settled.decision === "sequential" ? settled.falseRollbackProbability : odds.whole.any,
    thresholdOdds: odds.whole,
    expectedSeconds: plans.reduce(
      (sum, { kind, seconds }) => sum + (kind === "watch" || kind === "mirror" ? seconds : 0),
      0,
    ),
    stages: plans,
    guards: setup,
    warnings: warningsOf({ ...forecast, setup, stages: plans, odds: odds.whole }),
  };
}

function watchedPlan(
  stage: WatchStage,
  known: {
    readonly config: DeploymentConfig;
    readonly traffic: TrafficForecast;
    readonly baseline: BaselineForecast;
    readonly setup: GuardSetup;
    readonly odds: RuleOdds;
  },
): WatchedStagePlan {
  const { config, traffic, baseline, setup, odds } = known;
  const perSecond = traffic.runsPerSecond * stage.share;
  const minimumRuns = stage.minimumRuns ?? config.minimumRuns;
  const seconds = expectedDuration(stage, { config, perSecond, minimumRuns });
  const candidateRuns = seconds * perSecond;
  return {
    kind: "watch",
    name: stageName(stage),
    share: stage.share,
    seconds,
    candidateRuns,
    baselineRuns: seconds * (traffic.runsPerSecond - perSecond),
    minimumRuns,
    outlook: outlookOf({
      setup,
      stage,
      minimumFailures: config.minimumFailures,
      candidateRuns,
      candidateRunsPerSecond: perSecond,
      errorRate: baseline.errorRate,
      latency: latencyShape(baseline),
    }),
    thresholdOdds: odds,
  };
}

/** As long as it is configured; shorter where `untilRuns` ends it, longer where it has to wait for runs. */
function expectedDuration(
  stage: WatchStage,
  known: { readonly config: DeploymentConfig; readonly perSecond: number; readonly minimumRuns: number },
): number {
  const { config, perSecond, minimumRuns } = known;
  const planned = stage.durationSeconds ?? config.monitoringDurationSeconds;
  const until = stage.untilRuns === undefined ? planned : Math.min(planned, stage.untilRuns / perSecond);
  const longest = planned * (1 + config.maxExtension);
  return Math.min(longest, Math.max(until, minimumRuns / perSecond));
}

function otherPlan(
  stage: Exclude<Stage, { readonly kind: "watch" }>,
  { monitoringDurationSeconds, holdTimeoutSeconds }: DeploymentConfig,
): OtherStagePlan {
  const seconds =
    stage.kind === "mirror"
      ? (stage.durationSeconds ?? monitoringDurationSeconds)
      : (stage.deadlineSeconds ?? holdTimeoutSeconds);
  return { kind: stage.kind, name: stageName(stage), seconds };
}
