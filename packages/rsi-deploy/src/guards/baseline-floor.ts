import { gridProcess } from "@spark/evidence";
import type { CountedRun } from "./counted-run.ts";
import { type RateCheckpoint, RateEvidence } from "./rate-evidence.ts";
import { StartOrder } from "./start-order.ts";

/** Evidence that the baseline alongside is itself below the success floor, counted as the candidate's is. */
export class BaselineFloor {
  readonly #evidence: RateEvidence;
  readonly #order: StartOrder;

  constructor(options: { readonly nullRate: number; readonly checks: number; readonly from: number }) {
    const { nullRate, checks, from } = options;
    this.#evidence = new RateEvidence(gridProcess({ nullRate }), { checks });
    this.#order = new StartOrder(from, ({ record }, wasAhead) => this.#evidence.settle(!record.ok, wasAhead));
  }

  /** Counts a run of the baseline, the first of its key in the open check. */
  count(run: CountedRun, settledUpTo: number): void {
    if (this.#order.add(run, settledUpTo)) this.#evidence.addAhead(!run.record.ok);
  }

  /** The logarithm of the evidence, with `underWay` runs of the baseline not ended yet. About 2 µs. */
  log(underWay: number): number {
    return this.#evidence.log(underWay);
  }

  closeCheck(settledUpTo: number): void {
    this.#order.drain(settledUpTo);
    this.#evidence.closeCheck();
  }

  toJSON(): RateCheckpoint {
    return this.#evidence.toJSON();
  }

  restore(checkpoint: RateCheckpoint): void {
    this.#evidence.restore(checkpoint);
  }
}
