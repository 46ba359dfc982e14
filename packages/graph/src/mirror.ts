import type { Clock } from "./clock.ts";
import { Fifo } from "./fifo.ts";
import { copyInput } from "./input-copy.ts";

/** What a mirror may use at the most. */
export interface MirrorLimits {
  /** Mirrored runs at the same time. @default 1 */
  readonly concurrency?: number;
  /** Live runs that wait to be mirrored; what comes on top is dropped and counted. @default 100 */
  readonly queue?: number;
}

/** What became of the live runs that were picked to be mirrored. */
export interface MirrorCounts {
  readonly mirrored: number;
  /** Dropped because the queue was full. */
  readonly dropped: number;
  /** Not mirrored because their input cannot be copied. */
  readonly notCopied: number;
}

/** A run that is to be repeated; tells the mirror when its repetition has ended. */
export interface Repetition {
  start(): void;
}

/** So many repetitions follow each other at once, or so long, before everything else has its turn. */
const mostAtOnce = 64;
const longestMs = 1;

/**
 * Repeats live runs after they have ended: a queue with an end, and few at a time. Whatever happens in here
 * happens after the live run's caller has the result, and in short turns, between which live runs have theirs.
 */
export class Mirror {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #capacity: number;
  readonly #waiting = new Fifo<Repetition>();
  #running = 0;
  #isScheduled = false;
  #isStarting = false;
  /** What is left of the current turn. */
  #leftRuns = 0;
  #leftMs = 0;
  #counts = { mirrored: 0, dropped: 0, notCopied: 0 };

  constructor(clock: Clock, { concurrency = 1, queue = 100 }: MirrorLimits = {}) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#capacity = queue;
  }

  get counts(): MirrorCounts {
    return { ...this.#counts };
  }

  /** A copy of an input for the mirrored run, or nothing where it cannot be copied. */
  copy(inputs: unknown): { readonly inputs: unknown } | undefined {
    try {
      return { inputs: copyInput(inputs) };
    } catch {
      this.#counts.notCopied += 1;
      return undefined;
    }
  }

  /** Takes a repetition, to be run later; drops and counts it where there is no room. */
  add(repetition: Repetition): void {
    if (this.#waiting.size >= this.#capacity) {
      this.#counts.dropped += 1;
      return;
    }
    this.#waiting.add(repetition);
    this.#scheduleTurn();
  }

  /** A repetition has ended, and took so long. */
  ended(tookMs: number): void {
    this.#running -= 1;
    this.#leftMs -= tookMs;
    this.#startSome();
  }

  #scheduleTurn(): void {
    if (this.#isScheduled || this.#waiting.size === 0 || this.#running >= this.#concurrency) return;
    this.#isScheduled = true;
    const begin = (): void => {
      this.#isScheduled = false;
      this.#leftRuns = mostAtOnce;
      this.#leftMs = longestMs;
      this.#startSome();
    };
    this.#clock.schedule(0, begin, { background: true });
  }

  #startSome(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    while (this.#running < this.#concurrency && this.#leftRuns > 0 && this.#leftMs > 0) {
      const repetition = this.#waiting.take();
      if (repetition === undefined) break;
      this.#running += 1;
      this.#leftRuns -= 1;
      this.#counts.mirrored += 1;
      repetition.start();
    }
    this.#isStarting = false;
    this.#scheduleTurn();
  }
}
