import { gridProcess } from "@spark/evidence";
import type { CountedRun } from "./counted-run.ts";
import { FirstOfKey } from "./first-of-key.ts";
import { type RateCheckpoint, RateEvidence } from "./rate-evidence.ts";
import { StartOrder, type Starts } from "./start-order.ts";

/** Evidence that the baseline alongside is itself below the success floor, counted as the candidate's is. */
export class BaselineFloor {
  readonly #evidence: RateEvidence;
  readonly #order: StartOrder;
  readonly #keys = new FirstOfKey();

  /** @param options - The starts are those of both sides. */
  constructor(options: Starts & { readonly nullRate: number; readonly checks: number }) {
    const { nullRate, checks } = options;
    this.#evidence = new RateEvidence(gridProcess({ nullRate }), { checks });
    this.#order = new StartOrder(options, ({ record }, wasAhead) => {
      if (this.#keys.accepts(record)) this.#evidence.settle(!record.ok, wasAhead && record.key === undefined);
    });
  }

  /** Counts a run of the baseline; of each key the first in a check. As `StartOrder.add`. */
  count(run: CountedRun, isSettled?: boolean): void {
    const waits = this.#order.add(run, isSettled);
    if (waits && run.record.key === undefined) this.#evidence.addAhead(!run.record.ok);
  }

  /** The logarithm of the evidence, with `underWay` runs of the baseline not ended yet. About 2 µs. */
  log(underWay: number): number {
    return this.#evidence.log(underWay);
  }

  /** Counts what has become settled meanwhile. To be called before it is read. */
  settle(): void {
    this.#order.drain();
  }

  closeCheck(): void {
    this.settle();
    this.#evidence.closeCheck();
    this.#keys.clear();
  }

  toJSON(): RateCheckpoint {
    return this.#evidence.toJSON();
  }

  restore(checkpoint: RateCheckpoint): void {
    this.#evidence.restore(checkpoint);
  }
}
