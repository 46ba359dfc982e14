import type { RateCounts } from "../rate-counts.ts";
import { type FixedSampleInterval, fixedSample } from "./fixed-sample.ts";
import { wilson } from "./wilson.ts";

/**
 * The interval of the difference of two rates, that of `a` minus that of `b` (Newcombe 1998, method 10: from
 * the Wilson intervals of both).
 *
 * `confidence` is above 0 and below 1, by default 0.95. O(1).
 * @throws RangeError for counts that are no integers, more hits than trials, no trials, or a bad confidence.
 */
export function newcombe(
  { a, b }: { readonly a: RateCounts; readonly b: RateCounts },
  confidence = 0.95,
): FixedSampleInterval {
  const [first, second] = [wilson(a, confidence), wilson(b, confidence)];
  const [rateA, rateB] = [a.hits / a.trials, b.hits / b.trials];
  return {
    validity: fixedSample,
    lower: rateA - rateB - Math.hypot(rateA - first.lower, second.upper - rateB),
    upper: rateA - rateB + Math.hypot(first.upper - rateA, rateB - second.lower),
  };
}
