import type { ObservedRun } from "./observed-run.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** A live run and its repetition on another version, with the same input. */
export interface MirroredPair {
  readonly live: ObservedRun;
  readonly mirrored: ObservedRun;
}

/** A pair that a live graph has recorded. */
export class RecordedPair implements MirroredPair {
  readonly live: RecordedRun;
  readonly mirrored: RecordedRun;

  constructor(live: RecordedRun, mirrored: RecordedRun) {
    this.live = live;
    this.mirrored = mirrored;
  }
}

/**
 * Whether a repetition is one to the letter: the same nodes gave the same in the same order, which is what most
 * pairs show, and quick to see. False also for pairs that no live graph has recorded.
 */
export function isRepetition(pair: MirroredPair): boolean {
  return pair instanceof RecordedPair && pair.live.equals(pair.mirrored);
}
