import type { CountedRun } from "./counted-run.ts";

/** Where an order of starts begins, and how far it has come. */
export interface Starts {
  /** The first sequence number that matters. */
  readonly from: number;
  /** Up to where, in the order of starts, every run that is put in order has ended (exclusive). */
  settledUpTo(): number;
}

/**
 * Puts runs back into the order of their starts.
 *
 * A run that has ended is handed on once every earlier run has ended too. What waits is at most the runs that
 * started while the oldest one under way was running, which the run time-out bounds.
 */
export class StartOrder<Run extends CountedRun = CountedRun> {
  readonly #starts: Starts;
  readonly #settle: (run: Run, wasAhead: boolean) => void;
  readonly #waiting = new Map<number, Run>();
  #next: number;

  constructor(starts: Starts, settle: (run: Run, wasAhead: boolean) => void) {
    this.#next = starts.from;
    this.#starts = starts;
    this.#settle = settle;
  }

  /** Whether no run waits for another. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /**
   * Takes a run that has ended; gives true when it has to wait for earlier ones.
   *
   * @param isSettled - Whether every earlier run has ended, where the caller knows.
   */
  add(run: Run, isSettled = run.record.sequence < this.#starts.settledUpTo()): boolean {
    if (isSettled && this.isIdle) {
      this.#settle(run, false);
      return false;
    }
    const { sequence } = run.record;
    const settledUpTo = this.#starts.settledUpTo();
    if (this.isIdle) this.#next = Math.max(this.#next, settledUpTo);
    // Among those that wait before anything is handed on: the run may be the very one they waited for.
    this.#waiting.set(sequence, run);
    this.#handOn(settledUpTo, run);
    return this.#waiting.has(sequence);
  }

  /** Hands on what no longer has to wait. Each sequence number is looked at once. */
  drain(): void {
    this.#handOn(this.#starts.settledUpTo(), undefined);
  }

  #handOn(settledUpTo: number, justEnded: Run | undefined): void {
    for (; this.#next < settledUpTo && this.#waiting.size > 0; this.#next += 1) {
      const run = this.#waiting.get(this.#next);
      if (run === undefined) continue;
      this.#waiting.delete(this.#next);
      this.#settle(run, run !== justEnded);
    }
    if (this.isIdle) this.#next = Math.max(this.#next, settledUpTo);
  }
}
