import { runLengthProbability } from "@spark/evidence";
import type { Random } from "@spark/graph";
import type { Metrics } from "@spark/telemetry";
import type { DeploymentConfig } from "../deployment-config.ts";
import { thresholdReadings } from "../guards/threshold-readings.ts";
import type { WatchStage } from "../stage.ts";
import { type Behaviour, sampleBinomial, sampleWindow } from "./sample-window.ts";

/** The chance that each threshold rule takes back a candidate that does just what the baseline does. */
export interface RuleOdds {
  readonly errorRate: number;
  readonly successRate: number;
  /** Absent where nothing is known of latency. */
  readonly avgLatency?: number;
  readonly p95Latency?: number;
  readonly consecutiveFailures: number;
  /** That any of them does. */
  readonly any: number;
}

/** What is simulated. */
export interface OddsQuestion {
  readonly config: DeploymentConfig;
  readonly stages: readonly WatchStage[];
  readonly behaviour: Behaviour;
  readonly runsPerSecond: number;
  /** Runs that are known before the start. */
  readonly historyRuns: number;
  readonly simulations: number;
}

/** The odds in each stage, given that it is reached, and of the whole rollout. */
export interface SimulatedOdds {
  readonly stages: readonly RuleOdds[];
  readonly whole: RuleOdds;
}

const windowRules = ["error_rate", "success_rate", "avg_latency", "p95_latency"] as const;
type WindowRule = (typeof windowRules)[number];

/**
 * Simulates deployments without change, window by window, and applies the threshold rules themselves. Failures
 * in a row are exact, and taken to be independent of the other rules. With 400 simulations an odd is known to
 * 0.025; 5 to 20 µs a window.
 */
export function thresholdOdds(question: OddsQuestion, random: Random): SimulatedOdds {
  const { stages, simulations } = question;
  const fired = stages.map(() => new Fires());
  const whole = new Fires();
  for (let at = 0; at < simulations; at += 1) {
    const history = historyOf(question, random);
    const inAny = new Set<WindowRule>();
    stages.forEach((stage, index) => {
      const inStage = firesIn(stage, { question, history }, random);
      fired[index]?.count(inStage);
      for (const rule of inStage) inAny.add(rule);
    });
    whole.count(inAny);
  }
  const streaks = stages.map((stage) => streakOdds(question, stage));
  return {
    stages: fired.map((fires, at) => fires.odds(question, streaks[at] as number)),
    whole: whole.odds(question, 1 - streaks.reduce((none, odds) => none * (1 - odds), 1)),
  };
}

function historyOf({ historyRuns, behaviour, config }: OddsQuestion, random: Random): Metrics | undefined {
  return historyRuns < config.minimumRuns ? undefined : sampleWindow(random, historyRuns, behaviour);
}

/** The rules that fire in a stage. A window that holds too few runs goes on into the next interval. */
function firesIn(
  stage: WatchStage,
  { question, history }: { readonly question: OddsQuestion; readonly history: Metrics | undefined },
  random: Random,
): ReadonlySet<WindowRule> {
  const { config, behaviour } = question;
  const minimumRuns = config.minimumRuns;
  const interval = question.runsPerSecond * config.monitoringIntervalSeconds;
  const fired = new Set<WindowRule>();
  let [pending, routed] = [0, 0];
  for (let check = 1; check <= checksIn(stage, config); check += 1) {
    const total = Math.floor(check * interval) - Math.floor((check - 1) * interval);
    const candidate = sampleBinomial(random, total, stage.share);
    pending += candidate;
    routed += total;
    if (pending < minimumRuns) continue;
    const baseline = stage.share < 1 ? sampleWindow(random, routed - pending, behaviour) : history;
    const window = {
      candidate: sampleWindow(random, pending, behaviour),
      ...(baseline === undefined ? {} : { baseline }),
      comparedWith: stage.share < 1 ? "alongside" : "before",
      streak: 0,
    } as const;
    for (const { guard, breached } of thresholdReadings(config, window)) {
      if (breached) fired.add(guard as WindowRule);
    }
    if (fired.size === windowRules.length) break;
    [pending, routed] = [0, 0];
  }
  return fired;
}

/** Checks of a stage that is not extended. */
function checksIn({ durationSeconds }: WatchStage, config: DeploymentConfig): number {
  const seconds = durationSeconds ?? config.monitoringDurationSeconds;
  return Math.floor(seconds / config.monitoringIntervalSeconds);
}

function streakOdds({ config, behaviour, runsPerSecond }: OddsQuestion, stage: WatchStage): number {
  const seconds = stage.durationSeconds ?? config.monitoringDurationSeconds;
  const runs = Math.round(seconds * runsPerSecond * stage.share);
  const { errorRate: failureRate } = behaviour;
  const length = config.failureThreshold + 1;
  if (failureRate === 0 || failureRate === 1) return failureRate === 1 && runs >= length ? 1 : 0;
  return runLengthProbability({ failureRate, length, runs });
}

/** How often each rule fired. */
class Fires {
  #simulations = 0;
  #any = 0;
  readonly #rules = new Map<WindowRule, number>();

  count(fired: ReadonlySet<WindowRule>): void {
    this.#simulations += 1;
    if (fired.size > 0) this.#any += 1;
    for (const rule of fired) this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + 1);
  }

  odds({ behaviour }: OddsQuestion, consecutiveFailures: number): RuleOdds {
    const of = (rule: WindowRule): number => (this.#rules.get(rule) ?? 0) / this.#simulations;
    return {
      errorRate: of("error_rate"),
      successRate: of("success_rate"),
      ...(behaviour.latency === undefined
        ? {}
        : { avgLatency: of("avg_latency"), p95Latency: of("p95_latency") }),
      consecutiveFailures,
      any: 1 - (1 - this.#any / this.#simulations) * (1 - consecutiveFailures),
    };
  }
}
