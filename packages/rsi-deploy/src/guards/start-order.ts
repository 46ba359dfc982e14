import type { CountedRun } from "./counted-run.ts";

/**
 * Puts runs back into the order of their starts.
 *
 * A run that has ended is handed on once every earlier run has ended too. What waits is at most the runs that
 * started while the oldest one under way was running, which the run time-out bounds.
 */
export class StartOrder {
  readonly #settle: (run: CountedRun, wasAhead: boolean) => void;
  readonly #waiting = new Map<number, CountedRun>();
  #next: number;

  /** @param from - The first sequence number that matters. */
  constructor(from: number, settle: (run: CountedRun, wasAhead: boolean) => void) {
    this.#next = from;
    this.#settle = settle;
  }

  /** Takes a run that has ended; gives true when it has to wait for earlier ones. */
  add(run: CountedRun, settledUpTo: number): boolean {
    const { sequence } = run.record;
    if (this.#waiting.size > 0) this.drain(settledUpTo);
    if (sequence < settledUpTo && this.#waiting.size === 0) {
      this.#settle(run, false);
      return false;
    }
    this.#waiting.set(sequence, run);
    return true;
  }

  /** Hands on what no longer has to wait. Each sequence number is looked at once. */
  drain(settledUpTo: number): void {
    for (; this.#next < settledUpTo && this.#waiting.size > 0; this.#next += 1) {
      const run = this.#waiting.get(this.#next);
      if (run === undefined) continue;
      this.#waiting.delete(this.#next);
      this.#settle(run, true);
    }
    if (this.#waiting.size === 0) this.#next = Math.max(this.#next, settledUpTo);
  }
}
