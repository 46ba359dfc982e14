import type { JsonObject } from "@spark/graph";
import { type Metrics, RunTally } from "@spark/telemetry";
import type { DeploymentConfig } from "../deployment-config.ts";
import type { Baseline } from "../baseline.ts";
import type { CountedRun } from "./counted-run.ts";
import { breachesOf, type GuardPanel, type PanelReading } from "./guard-panel.ts";
import { Streak } from "./streak.ts";
import { thresholdReadings } from "./threshold-readings.ts";

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
  #share = 1;

  constructor(config: DeploymentConfig, baseline: Baseline | undefined) {
    this.#config = config;
    this.#baseline = baseline;
    this.#streak = new Streak({ limit: config.failureThreshold, alongside: false });
  }

  count(run: CountedRun): boolean {
    this.#share = run.share;
    (run.side === "candidate" ? this.#candidate : this.#alongside).add(run.record);
    this.#streak.add(run);
    return this.#streak.tripped;
  }

  read(): PanelReading {
    const readings = thresholdReadings(this.#config, {
      candidate: this.#candidate.toMetrics(0),
      ...this.#compared(),
      streak: this.#streak.length,
    });
    return { readings, breaches: breachesOf(readings) };
  }

  closeCheck(): void {
    if (this.#candidate.runs < this.#config.minimumRuns) return;
    this.#candidate.clear();
    this.#alongside.clear();
  }

  checkpoint(): JsonObject {
    return {};
  }

  /** A window that was open is begun anew: it holds no decision yet. */
  restore(): void {
    this.#candidate.clear();
    this.#alongside.clear();
  }

  #compared(): { readonly baseline?: Metrics; readonly comparedWith: "alongside" | "before" | "test" } {
    if (this.#share < 1) return { baseline: this.#alongside.toMetrics(0), comparedWith: "alongside" };
    if (this.#baseline === undefined) return { comparedWith: "before" };
    return { baseline: this.#baseline.metrics, comparedWith: this.#baseline.source };
  }
}
