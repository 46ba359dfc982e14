import { type Clock, sleepOn } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is told to move, for tests and simulations.
 *
 * `advance` fires the timers that come due in the order of their times (equal times: in the order they were
 * set). Between two instants it lets everything that was woken run on, so that code which sleeps, works and
 * sleeps again is carried through any number of turns.
 */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    let low = 0;
    let high = this.#timers.length;
    // Sorted latest first, so that the next timer is popped from the end.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle] as Timer).at > timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves time forward by `ms` milliseconds, firing what comes due on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await turn();
    for (let next = this.#timers.at(-1); next !== undefined && next.at <= until; next = this.#timers.at(-1)) {
      this.#now = next.at;
      while (this.#timers.at(-1)?.at === this.#now) this.#timers.pop()?.callback();
      await turn();
    }
    this.#now = until;
    await turn();
  }
}

/** One turn of the event loop: every promise that is settled by now has run its reactions. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
