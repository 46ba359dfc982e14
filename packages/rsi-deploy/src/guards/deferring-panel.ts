import type { JsonObject } from "@spark/graph";
import { SidesTally } from "../sides-tally.ts";
import type { CountedRun } from "./counted-run.ts";
import type { ComparedMetrics, GuardPanel, PanelReading, RunsInOrder } from "./guard-panel.ts";

/** So many runs wait at the most: few enough to be in the processor's caches still. */
const mostWaiting = 64;

/** The runs that have ended and were not counted yet. To those who count, they are still under way. */
export class DeferredRuns implements RunsInOrder {
  #runs: CountedRun[] = [];
  /** The run that is to be counted next, while they are; all before it have been. */
  #next = 0;
  /** Where in the order of starts the run is that they are counted before. */
  #before = Infinity;
  /** The run that was added last, and whether all were added in the order of their starts. */
  #last = -1;
  #isInOrder = true;

  get length(): number {
    return this.#runs.length;
  }

  /** The runs in the order of their ends, until they are drained. */
  get ended(): readonly CountedRun[] {
    return this.#runs;
  }

  add(run: CountedRun): void {
    const { sequence } = run.record;
    if (sequence < this.#last) this.#isInOrder = false;
    this.#last = sequence;
    this.#runs.push(run);
  }

  /** Up to where, in the order of starts, every run that has ended has been counted; at most `settledUpTo`. */
  countedUpTo(settledUpTo: number): number {
    const next = this.#runs[this.#next]?.record.sequence ?? Infinity;
    return Math.min(settledUpTo, next, this.#before);
  }

  /** Gives every run to everyone who counts, and forgets it; `last` is going to be counted after them. */
  drain(counts: (runs: RunsInOrder) => void, last?: CountedRun): void {
    this.#before = last?.record.sequence ?? Infinity;
    if (!this.#isInOrder) this.#runs.sort((a, b) => a.record.sequence - b.record.sequence);
    counts(this);
    this.#runs = [];
    this.#last = -1;
    this.#isInOrder = true;
    this.#next = 0;
    this.#before = Infinity;
  }

  /** While they are drained: the runs, one by one. */
  forEach(count: (run: CountedRun) => void): void {
    this.#next = 0;
    for (const run of this.#runs) {
      this.#next += 1;
      count(run);
    }
  }
}

/**
 * What a watch counts with: any panel, and a tally of the runs beside it, to which runs that cannot trip anything are given later, many at a
 * time: all of them before one that might, and before anything is read. What is decided, and when, stays the same; a
 * run costs less where others of its kind are counted right before and after it.
 */
export class DeferringPanel {
  readonly #panel: GuardPanel;
  readonly #deferred: DeferredRuns;
  readonly #tally = new SidesTally();

  constructor(panel: GuardPanel, deferred: DeferredRuns) {
    this.#panel = panel;
    this.#deferred = deferred;
  }

  /** What all runs so far came to. */
  get tally(): SidesTally {
    this.#catchUp();
    return this.#tally;
  }

  count(run: CountedRun): boolean {
    if (this.#panel.canWait(run)) {
      this.#deferred.add(run);
      if (this.#deferred.length >= mostWaiting) this.#catchUp();
      return false;
    }
    this.#catchUp(run);
    this.#tally.add(run);
    return this.#panel.count(run);
  }

  read(metrics: ComparedMetrics): PanelReading {
    this.#catchUp();
    return this.#panel.read(metrics);
  }

  closeCheck(): void {
    this.#catchUp();
    this.#panel.closeCheck();
  }

  checkpoint(): JsonObject {
    this.#catchUp();
    return this.#panel.checkpoint();
  }

  restore(checkpoint: JsonObject): void {
    this.#panel.restore(checkpoint);
  }

  #catchUp(last?: CountedRun): void {
    if (this.#deferred.length === 0) return;
    for (const run of this.#deferred.ended) this.#tally.add(run);
    this.#deferred.drain((runs) => this.#panel.countGood(runs), last);
  }
}
