import type { LiveGraph, RunRecord } from "@spark/graph";
import type { Metrics, ResourceMeter } from "@spark/telemetry";
import { type Observable, Subject, type Subscription } from "rxjs";
import { type ComparedVersions, type CountedRun, sideOf } from "./guards/counted-run.ts";
import type { DeferringPanel } from "./guards/deferring-panel.ts";
import type { PanelReading } from "./guards/guard-panel.ts";
import type { SideRuns } from "./sides-tally.ts";
import type { StageCheckpoint } from "./stage-checkpoint.ts";

/** What is watched, and whom to tell. */
export interface WatchOptions {
  readonly target: Pick<LiveGraph, "runs$" | "clock">;
  readonly versions: ComparedVersions;
  readonly panel: DeferringPanel;
  /** What the candidate is compared with where the baseline does not run alongside. */
  readonly baselineBefore: Metrics | undefined;
  readonly meter?: ResourceMeter;
  /** Called in the very run that tripped a guard, before anything else happens. */
  readonly onTrip: (reading: PanelReading) => void;
}

/**
 * Follows the runs of a deployment from its first switch to its end, through all stages and the pauses
 * between them: no run goes uncounted because a stage was just changing.
 */
export class Watch {
  /** One value when a guard trips; the first trip is also kept in `tripped`. */
  readonly trips$: Observable<PanelReading>;
  tripped: PanelReading | undefined;
  readonly #options: WatchOptions;
  readonly #trips = new Subject<PanelReading>();
  readonly #subscription: Subscription;
  readonly startedAt: number;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.startedAt = options.target.clock.now();
    this.trips$ = this.#trips.asObservable();
    this.#subscription = options.target.runs$.subscribe((record) => this.#count(record));
  }

  /** Runs that ended in the stage. */
  get stageRuns(): SideRuns {
    return this.#options.panel.tally.stageRuns;
  }

  beginStage(): void {
    this.#options.panel.tally.beginStage();
  }

  /** What the guards say now. */
  read(): PanelReading {
    return this.#options.panel.read({ baseline: this.baselineMetrics(), candidate: this.candidateMetrics() });
  }

  /** Everything counted, to survive a crash. */
  checkpoint(): Omit<StageCheckpoint, "watchedMs" | "shadow"> {
    const { panel } = this.#options;
    return { ...panel.tally.checkpoint(), panel: panel.checkpoint() };
  }

  /** Goes on from what another process had counted. To be called before any run is. */
  restore(checkpoint: Omit<StageCheckpoint, "watchedMs" | "shadow">): void {
    const { panel } = this.#options;
    panel.tally.restore(checkpoint);
    panel.restore(checkpoint.panel);
  }

  /** Forgets what tripped: a person has decided to go on all the same. Guards keep their evidence. */
  overrule(): void {
    this.tripped = undefined;
  }

  closeCheck(): void {
    this.#options.panel.closeCheck();
  }

  candidateMetrics(): Metrics {
    const { panel, meter } = this.#options;
    return panel.tally.candidateMetrics(this.#seconds(), meter?.read());
  }

  /** The baseline alongside where there is one, else what it showed before. */
  baselineMetrics(): Metrics | undefined {
    const { panel, baselineBefore } = this.#options;
    return panel.tally.baselineMetrics(this.#seconds()) ?? baselineBefore;
  }

  stop(): void {
    this.#subscription.unsubscribe();
    this.#options.meter?.close();
    this.#trips.complete();
  }

  #seconds(): number {
    return (this.#options.target.clock.now() - this.startedAt) / 1000;
  }

  #count(record: RunRecord): void {
    const run = this.#asCounted(record);
    if (run === undefined || !this.#options.panel.count(run) || this.tripped !== undefined) return;
    const reading = this.read();
    if (!reading.breaches.some(({ severity }) => severity === "rollback")) return;
    this.tripped = reading;
    this.#options.onTrip(reading);
    this.#trips.next(reading);
  }

  /**
   * Runs that asked for their version are not drawn at random, so that they are no evidence; and runs of the
   * baseline under a plan for all are not alongside anything.
   */
  #asCounted(record: RunRecord): CountedRun | undefined {
    const side = sideOf(record, this.#options.versions);
    if (side === undefined || record.overridden === true) return undefined;
    if (record.candidateShare > 0) return { record, side, share: record.candidateShare };
    return side === "candidate" ? { record, side, share: 1 } : undefined;
  }
}
