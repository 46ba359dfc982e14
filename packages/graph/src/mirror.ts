import type { Clock } from "./clock.ts";
import { Fifo } from "./fifo.ts";
import { copyInput } from "./input-copy.ts";
import type { MirroredPair } from "./mirrored-pair.ts";

/** What a mirror may use at the most. */
export interface MirrorLimits {
  /** Mirrored runs at the same time. @default 1 */
  readonly concurrency?: number;
  /** Live runs that wait to be mirrored; what comes on top is dropped and counted. @default 100 */
  readonly queue?: number;
}

/** What became of the live runs that were picked to be mirrored, and did not wait in vain for the plan to change. */
export interface MirrorCounts {
  readonly mirrored: number;
  /** Dropped because the queue was full. */
  readonly dropped: number;
  /** Not mirrored because their input cannot be copied. */
  readonly notCopied: number;
}

/** A run that is to be repeated; tells the mirror when its repetition has ended, or that there will be none. */
export interface Repetition {
  /** @param startsAt - The time, where it has been read just now. */
  start(startsAt: number | undefined): void;
}

/** So many repetitions follow each other at once, or so long, before everything else has its turn. */
const mostAtOnce = 64;
const longestMs = 1;

/**
 * Repeats live runs after they have ended: a queue with an end, and few at a time. Whatever happens in here
 * happens after the live run's caller has the result, and in short turns, between which live runs have theirs.
 *
 * Pairs are given out together, once no repetition is under way or, at the latest, in the next turn of the event
 * loop: what comes of them is never counted as a repetition's time, and done in a row it is done faster.
 */
export class Mirror {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #capacity: number;
  readonly #give: (pair: MirroredPair) => void;
  readonly #waiting = new Fifo<Repetition>();
  #ended: MirroredPair[] = [];
  #running = 0;
  #isScheduled = false;
  #isStarting = false;
  #isGiving = false;
  /** What is left of the current turn. */
  #leftRuns = 0;
  #leftMs = 0;
  /** When the repetition ended that has just ended. */
  #endedAt: number | undefined;
  #counts = { mirrored: 0, dropped: 0, notCopied: 0 };

  constructor(
    clock: Clock,
    give: (pair: MirroredPair) => void,
    { concurrency = 1, queue = 100 }: MirrorLimits = {},
  ) {
    this.#clock = clock;
    this.#give = give;
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

  /** A repetition has ended. */
  ended(pair: MirroredPair): void {
    this.#running -= 1;
    const { startedAt, durationMs, ok } = pair.mirrored.record;
    this.#leftMs -= durationMs;
    // One that was ended in the midst of a node may have gone on with it until now.
    this.#endedAt = ok ? startedAt + durationMs : undefined;
    this.#ended.push(pair);
    this.#startSome();
  }

  /** A repetition whose turn it was has not been made. */
  skipped(): void {
    this.#running -= 1;
    this.#counts.mirrored -= 1;
    this.#startSome();
  }

  #scheduleTurn(): void {
    const hasRoom = this.#waiting.size > 0 && this.#running < this.#concurrency;
    if (this.#isScheduled || !(hasRoom || this.#ended.length > 0)) return;
    this.#isScheduled = true;
    this.#clock.schedule(0, () => this.#takeTurn(), { background: true });
  }

  #takeTurn(): void {
    this.#isScheduled = false;
    this.#leftRuns = mostAtOnce;
    this.#leftMs = longestMs;
    this.#giveOut();
    this.#startSome();
  }

  #giveOut(): void {
    if (this.#isGiving) return;
    this.#isGiving = true;
    // Those that end meanwhile come to the end of the list, and have their turn.
    for (const pair of this.#ended) this.#give(pair);
    this.#ended = [];
    this.#isGiving = false;
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
      const startsAt = this.#endedAt;
      this.#endedAt = undefined;
      repetition.start(startsAt);
    }
    this.#isStarting = false;
    this.#endedAt = undefined;
    if (this.#running === 0) this.#giveOut();
    this.#scheduleTurn();
  }
}
