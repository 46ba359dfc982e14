import { setImmediate as turn } from "node:timers/promises";
import { type Clock, sleepOn } from "@spark/graph";

interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/**
 * Time for simulations: it jumps from one timer to the next, as fast as the work at each allows.
 *
 * Whoever drives it says after each step how much has to run on before time may go on: awaiting a
 * settled promise lets one step of what was woken run, {@link settle} everything. With that a step costs 0.1 µs instead of the 2 µs
 * of a turn of the event loop, which adds up at two timers a run.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap: the earliest timer first, among equal times the one set first. */
  readonly #timers: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#push(timer);
    return () => (timer.callback = undefined);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Goes to the next timer and fires it; gives false where none is set. */
  step(): boolean {
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      const { callback } = timer;
      if (callback === undefined) continue;
      this.#now = timer.at;
      callback();
      return true;
    }
    return false;
  }

  /** Resolves when every promise that is settled by now has run its reactions. About 2 µs. */
  settle(): Promise<void> {
    return turn();
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.length;
    timers.push(timer);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = timers[parent] as Timer;
      if (isEarlier(above, timer)) break;
      timers[at] = above;
      at = parent;
    }
    timers[at] = timer;
  }

  #pop(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (timers.length === 0 || last === undefined) return first;
    let at = 0;
    for (let child = 1; child < timers.length; child = 2 * at + 1) {
      const right = timers[child + 1];
      if (right !== undefined && isEarlier(right, timers[child] as Timer)) child += 1;
      const below = timers[child] as Timer;
      if (isEarlier(last, below)) break;
      timers[at] = below;
      at = child;
    }
    timers[at] = last;
    return first;
  }
}

function isEarlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
