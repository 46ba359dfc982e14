import type { CountedRun } from "./counted-run.ts";

/**
 * The candidate's share of the traffic as it is now: that of the run that started last. Runs end in any order,
 * and one of an earlier stage may do so long after the share was changed.
 */
export class ShareInForce {
  /** 1 before any run. */
  share = 1;
  #sequence = -1;

  note({ record: { sequence }, share }: CountedRun): void {
    if (sequence < this.#sequence) return;
    this.#sequence = sequence;
    this.share = share;
  }
}
