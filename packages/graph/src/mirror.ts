import type { Clock } from "./clock.ts";
import type { NodeOutput } from "./run-observer.ts";
import type { RunError, RunRecord } from "./run-record.ts";

/** One side of a pair: how the run went, what it gave, and what each of its nodes gave. */
export interface ObservedRun {
  readonly record: RunRecord;
  /** What the run gave; absent where it failed. */
  readonly output?: unknown;
  readonly error?: RunError;
  readonly outputs: readonly NodeOutput[];
}

/** A live run and its repetition on another version, with the same input. */
export interface MirroredPair {
  readonly live: ObservedRun;
  readonly mirrored: ObservedRun;
}

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

/**
 * Repeats live runs after they have ended: a queue with an end, and few at a time. Whatever happens in here
 * happens after the live run's caller has the result.
 */
export class Mirror {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #capacity: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
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
      return { inputs: structuredClone(inputs) };
    } catch {
      this.#counts.notCopied += 1;
      return undefined;
    }
  }

  /** Takes a repetition, which must not reject, to be run later; gives false when there is no room. */
  add(work: () => Promise<void>): boolean {
    if (this.#waiting.length >= this.#capacity) {
      this.#counts.dropped += 1;
      return false;
    }
    this.#waiting.push(work);
    this.#clock.schedule(0, () => this.#startNext(), { background: true });
    return true;
  }

  #startNext(): void {
    if (this.#running >= this.#concurrency) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running += 1;
    this.#counts.mirrored += 1;
    void this.#runThenNext(work);
  }

  async #runThenNext(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      this.#running -= 1;
      this.#clock.schedule(0, () => this.#startNext(), { background: true });
    }
  }
}
