import type { JsonObject } from "@spark/graph";
import { type Metrics, RunTally } from "@spark/telemetry";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { Baseline } from "../baseline.ts";
import { type BothUnhealthy, bothUnhealthy, isOwnFailure } from "./both-unhealthy.ts";
import type { CountedRun } from "./counted-run.ts";
import { breachesOf, type GuardPanel, type PanelReading, type RunsInOrder } from "./guard-panel.ts";
import type { GuardReading } from "./guard-reading.ts";
import { guardRules } from "./guard-rule.ts";
import { Streak } from "./streak.ts";
import { ThresholdMeasure } from "./threshold-measure.ts";
import { rounding, thresholdReadings } from "./threshold-readings.ts";
import type { UserGuard } from "./user-guard.ts";

/** What `thresholdReadings` judges from metrics. */
const seedsOwn: ReadonlySet<string> = new Set(["success_rate", "error_rate", "p50_latency", "p95_latency"]);

/**
 * The seed's rules, taken literally: in each window, the candidate's numbers against the baseline's.
 *
 * A window is at least one interval long and holds at least `minimumRuns` of the candidate; shorter ones go on
 * into the next interval. These rules have no bound on false rollbacks: with 2 % errors and 20 runs a window
 * they take back a perfectly good version more often than not. `plan` says how often.
 */
export class ThresholdPanel implements GuardPanel {
  readonly #config: DeploymentConfig;
  readonly #baseline: Baseline | undefined;
  readonly #streak: Streak;
  readonly #candidate = new RunTally();
  readonly #alongside = new RunTally();
  readonly #measures: readonly ThresholdMeasure[];
  #share = 1;

  constructor(
    config: DeploymentConfig,
    baseline: Baseline | undefined,
    userGuards: readonly UserGuard[] = [],
  ) {
    this.#config = config;
    this.#baseline = baseline;
    const { minimumRuns } = config;
    this.#measures = guardRules(config, userGuards)
      .filter(({ name }) => !seedsOwn.has(name))
      .map((rule) => new ThresholdMeasure(rule, { minimumRuns, before: baseline?.runs ?? [] }));
    this.#streak = new Streak({ limit: config.failureThreshold });
  }

  count(run: CountedRun): boolean {
    this.#share = run.share;
    (run.side === "candidate" ? this.#candidate : this.#alongside).add(run.record);
    for (const measure of this.#measures) measure.count(run);
    this.#streak.add(run);
    return this.#streak.tripped;
  }

  countGood(runs: RunsInOrder): void {
    runs.forEach((run) => this.count(run));
  }

  /** A window is compared as the seed compares it, its runs in the order of their ends. */
  canWait(): boolean {
    return false;
  }

  read(): PanelReading {
    const compared = this.#compared();
    const window = { candidate: this.#candidate.toMetrics(0), ...compared, streak: this.#streak.length };
    const readings = [
      ...thresholdReadings(this.#config, window),
      ...this.#measures.map((measure) => measure.read(compared.comparedWith)),
    ];
    const breaches = breachesOf(readings);
    const both = this.#bothUnhealthy(breaches);
    return { readings, breaches, ...(both === undefined ? {} : { bothUnhealthy: both }) };
  }

  closeCheck(): void {
    if (this.#candidate.runs >= this.#config.minimumRuns) this.restore();
  }

  checkpoint(): JsonObject {
    return {};
  }

  /** A window that was open is begun anew: it holds no decision yet. */
  restore(): void {
    this.#candidate.clear();
    this.#alongside.clear();
    for (const measure of this.#measures) measure.clear();
  }

  /** As literal as the rest: both success rates of the window are below the floor. */
  #bothUnhealthy(breaches: readonly GuardReading[]): BothUnhealthy | undefined {
    const { minimumRuns, minSuccessRate } = this.#config;
    const { runs, errors } = this.#alongside;
    if (this.#share >= 1 || runs < minimumRuns || !breaches.some(isOwnFailure)) return undefined;
    if ((runs - errors) * rounding >= minSuccessRate * runs) return undefined;
    return bothUnhealthy({
      floor: minSuccessRate,
      baseline: { failures: errors, runs },
      candidate: { failures: this.#candidate.errors, runs: this.#candidate.runs },
      candidateShownWorse: false,
    });
  }

  #compared(): { readonly baseline?: Metrics; readonly comparedWith: "alongside" | "before" | "test" } {
    if (this.#share < 1) return { baseline: this.#alongside.toMetrics(0), comparedWith: "alongside" };
    if (this.#baseline === undefined) return { comparedWith: "before" };
    return { baseline: this.#baseline.metrics, comparedWith: this.#baseline.source };
  }
}
