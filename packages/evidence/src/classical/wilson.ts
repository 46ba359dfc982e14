import { requireNumber } from "../argument.ts";
import { normalQuantile } from "../distributions.ts";
import { type RateCounts, requireCounts, requireTrials } from "../rate-counts.ts";
import { type FixedSampleInterval, fixedSample } from "./fixed-sample.ts";

/**
 * The interval of a rate by Wilson's score method (1927): near its nominal confidence on average, and sound
 * for rates of 0 and 1. Where it must never fall short use `clopperPearson`.
 *
 * `confidence` is above 0 and below 1, by default 0.95. O(1).
 * @throws RangeError for counts that are no integers, more hits than trials, no trials, or a bad confidence.
 */
export function wilson(counts: RateCounts, confidence = 0.95): FixedSampleInterval {
  const { hits, trials } = requireTrials("wilson: counts", requireCounts("wilson: counts", counts));
  requireNumber("wilson: confidence", confidence, { above: 0, below: 1 });
  const z = normalQuantile((1 + confidence) / 2);
  const rate = hits / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (rate + (z * z) / (2 * trials)) / scale;
  const halfWidth = (z / scale) * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  return {
    validity: fixedSample,
    lower: hits === 0 ? 0 : centre - halfWidth,
    upper: hits === trials ? 1 : centre + halfWidth,
  };
}
