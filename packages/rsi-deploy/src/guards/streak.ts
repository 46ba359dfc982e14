import { runLengthLimit } from "@spark/evidence";
import type { CountedRun } from "./counted-run.ts";

/**
 * The fuse: more than `limit` failures of the candidate in a row.
 *
 * Where the baseline runs alongside, the row counts only while the baseline does well: a failure of the
 * baseline starts it anew, and without a success of the baseline in the meantime it does not trip, since an
 * outage that both share is not the candidate's fault. Several failures of one key in a row are one.
 */
export class Streak {
  readonly limit: number;
  readonly #alongside: boolean;
  #length = 0;
  #keys: Set<string> | undefined;
  #baselineSuccesses = 0;

  constructor(options: { readonly limit: number; readonly alongside: boolean }) {
    this.limit = options.limit;
    this.#alongside = options.alongside;
  }

  get length(): number {
    return this.#length;
  }

  get tripped(): boolean {
    return this.#length > this.limit && (!this.#alongside || this.#baselineSuccesses > 0);
  }

  add({ record, side, share }: CountedRun): void {
    if (side === "candidate") this.#addCandidate(record.ok, record.key);
    else if (share < 1) this.#addBaseline(record.ok);
  }

  clear(): void {
    this.#length = 0;
    this.#keys = undefined;
    this.#baselineSuccesses = 0;
  }

  #addCandidate(ok: boolean, key: string | undefined): void {
    if (ok) {
      this.clear();
      return;
    }
    if (key !== undefined) {
      this.#keys ??= new Set();
      if (this.#keys.has(key)) return;
      this.#keys.add(key);
    }
    this.#length += 1;
  }

  #addBaseline(ok: boolean): void {
    if (!this.#alongside) return;
    if (ok) this.#baselineSuccesses += 1;
    else this.clear();
  }
}

/** How many runs a deployment is taken to have at the most when the fuse is calibrated. */
const mostRuns = 1_000_000;

/**
 * How many failures in a row are still tolerated: `threshold`, or more where a version within its margins
 * would get there by chance too often.
 *
 * @param failureRate - The worst rate within the margins, 0 to below 1.
 */
export function streakLimit(options: {
  readonly threshold: number;
  readonly failureRate: number;
  readonly risk: number;
}): number {
  const { threshold, failureRate, risk } = options;
  return Math.max(threshold, runLengthLimit({ failureRate, runs: mostRuns, risk }) - 1);
}
