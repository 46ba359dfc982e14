import { requireCount } from "./argument.ts";

/** How often something happened: `hits` of `trials`. What a hit is (a failure, a slow run) is the caller's word. */
export interface RateCounts {
  readonly hits: number;
  readonly trials: number;
}

/** The counts of both. */
export function mergeCounts(a: RateCounts, b: RateCounts): RateCounts {
  return { hits: a.hits + b.hits, trials: a.trials + b.trials };
}

/** @throws RangeError unless both are integers and 0 <= hits <= trials. */
export function requireCounts(what: string, counts: RateCounts): RateCounts {
  requireCount(`${what}.trials`, counts.trials);
  if (requireCount(`${what}.hits`, counts.hits) > counts.trials) {
    throw new RangeError(
      `${what}: expected at most as many hits as trials, got ${counts.hits} of ${counts.trials}.`,
    );
  }
  return counts;
}

/** @throws RangeError if there were no trials. */
export function requireTrials(what: string, counts: RateCounts): RateCounts {
  if (counts.trials === 0) throw new RangeError(`${what} must hold at least one trial, got none.`);
  return counts;
}
