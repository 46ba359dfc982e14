import type { ObservedRun } from "./observed-run.ts";
import { RecordedRun } from "./recorded-run.ts";

/** A live run and its repetition on another version, with the same input. */
export interface MirroredPair {
  readonly live: ObservedRun;
  readonly mirrored: ObservedRun;
}

/**
 * Whether a repetition is one to the letter: the same nodes gave the same in the same order, which is what most
 * pairs show, and quick to see. False also for sides that no live graph has recorded.
 */
export function isRepetition({ live, mirrored }: MirroredPair): boolean {
  return live instanceof RecordedRun && mirrored instanceof RecordedRun && live.equals(mirrored);
}
