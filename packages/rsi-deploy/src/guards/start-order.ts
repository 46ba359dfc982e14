import type { CountedRun } from "./counted-run.ts";

/**
 * Puts runs back into the order of their starts.
 *
 * A run that has ended is handed on once every earlier run has ended too. What waits is at most the runs that
 * started while the oldest one under way was running, which the run time-out bounds.
 */
export class StartOrder<Run extends CountedRun = CountedRun> {
  readonly #settle: (run: Run, wasAhead: boolean) => void;
  readonly #waiting = new Map<number, Run>();
  #next: number;

  /** @param from - The first sequence number that matters. */
  constructor(from: number, settle: (run: Run, wasAhead: boolean) => void) {
    this.#next = from;
    this.#settle = settle;
  }

  /** Takes a run that has ended; gives true when it has to wait for earlier ones. */
  add(run: Run, settledUpTo: number): boolean {
    const { sequence } = run.record;
    if (sequence < settledUpTo && this.#waiting.size === 0) {
      this.#settle(run, false);
      return false;
    }
    // Among those that wait before anything is handed on: the run may be the very one they waited for.
    this.#waiting.set(sequence, run);
    this.#handOn(settledUpTo, run);
    return this.#waiting.has(sequence);
  }

  /** Hands on what no longer has to wait. Each sequence number is looked at once. */
  drain(settledUpTo: number): void {
    this.#handOn(settledUpTo, undefined);
  }

  #handOn(settledUpTo: number, justEnded: Run | undefined): void {
    for (; this.#next < settledUpTo && this.#waiting.size > 0; this.#next += 1) {
      const run = this.#waiting.get(this.#next);
      if (run === undefined) continue;
      this.#waiting.delete(this.#next);
      this.#settle(run, run !== justEnded);
    }
    if (this.#waiting.size === 0) this.#next = Math.max(this.#next, settledUpTo);
  }
}
