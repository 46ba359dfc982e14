import { type Metrics, type ResourceUsage, RunTally } from "@spark/telemetry";
import type { CountedRun } from "./guards/counted-run.ts";
import type { StageCheckpoint } from "./stage-checkpoint.ts";

/** So many runs of each side. */
export interface SideRuns {
  readonly baseline: number;
  readonly candidate: number;
}

/** What the runs of both sides came to, since a deployment's first switch; and how many ended in the stage. */
export class SidesTally {
  readonly #baseline = new RunTally();
  readonly #candidate = new RunTally();
  #baselineRuns = 0;
  #candidateRuns = 0;

  /** Runs that ended in the stage. */
  get stageRuns(): SideRuns {
    return { baseline: this.#baselineRuns, candidate: this.#candidateRuns };
  }

  beginStage(): void {
    this.#baselineRuns = 0;
    this.#candidateRuns = 0;
  }

  add({ record, side }: Pick<CountedRun, "record" | "side">): void {
    if (side === "candidate") {
      this.#candidate.add(record);
      this.#candidateRuns += 1;
    } else {
      this.#baseline.add(record);
      this.#baselineRuns += 1;
    }
  }

  candidateMetrics(seconds: number, resources?: ResourceUsage): Metrics {
    return this.#candidate.toMetrics(seconds, resources);
  }

  /** None where the baseline does not run alongside. */
  baselineMetrics(seconds: number): Metrics | undefined {
    return this.#baseline.runs > 0 ? this.#baseline.toMetrics(seconds) : undefined;
  }

  checkpoint(): Pick<StageCheckpoint, "stageRuns" | "baseline" | "candidate"> {
    return {
      stageRuns: this.stageRuns,
      baseline: this.#baseline.toJSON(),
      candidate: this.#candidate.toJSON(),
    };
  }

  restore({ stageRuns, baseline, candidate }: ReturnType<SidesTally["checkpoint"]>): void {
    this.#baselineRuns = stageRuns.baseline;
    this.#candidateRuns = stageRuns.candidate;
    this.#baseline.merge(RunTally.fromJSON(baseline));
    this.#candidate.merge(RunTally.fromJSON(candidate));
  }
}
