import { normalUpperTail } from "../distributions.ts";
import { type RateCounts, requireCounts, requireTrials } from "../rate-counts.ts";
import { type FixedSample, fixedSample } from "./fixed-sample.ts";

/** Two rates compared. `difference` is the rate of `a` minus that of `b`. */
export interface TwoProportionsResult {
  readonly validity: FixedSample;
  readonly difference: number;
  readonly z: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Compares two rates by the z-test with pooled variance, equal to Pearson's chi-squared on the 2x2 table.
 *
 * An approximation for large counts; below about 5 expected hits or misses use `fisherExact`. When nothing or
 * everything was a hit in both, z is 0. O(1).
 * @throws RangeError for counts that are no integers, more hits than trials, or no trials.
 */
export function twoProportions({
  a,
  b,
}: {
  readonly a: RateCounts;
  readonly b: RateCounts;
}): TwoProportionsResult {
  requireTrials("twoProportions: a", requireCounts("twoProportions: a", a));
  requireTrials("twoProportions: b", requireCounts("twoProportions: b", b));
  const difference = a.hits / a.trials - b.hits / b.trials;
  const pooled = (a.hits + b.hits) / (a.trials + b.trials);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.trials + 1 / b.trials));
  const z = error === 0 ? 0 : difference / error;
  return { validity: fixedSample, difference, z, pValue: Math.min(1, 2 * normalUpperTail(Math.abs(z))) };
}
