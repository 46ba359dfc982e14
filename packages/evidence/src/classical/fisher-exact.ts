import { logBinomialProbability } from "../binomial.ts";
import { type RateCounts, requireCounts, requireTrials } from "../rate-counts.ts";
import { type FixedSample, fixedSample } from "./fixed-sample.ts";

/** Two rates compared exactly. */
export interface FisherExactResult {
  readonly validity: FixedSample;
  /** Two-sided: the tables at most as probable as the one seen. */
  readonly pValue: number;
}

/**
 * Compares two rates exactly, given all margins of the 2x2 table (Fisher 1935).
 *
 * O(hits of both together).
 * @throws RangeError for counts that are no integers, more hits than trials, or no trials.
 */
export function fisherExact({ a, b }: { readonly a: RateCounts; readonly b: RateCounts }): FisherExactResult {
  requireTrials("fisherExact: a", requireCounts("fisherExact: a", a));
  requireTrials("fisherExact: b", requireCounts("fisherExact: b", b));
  const hits = a.hits + b.hits;
  const first = Math.max(0, hits - b.trials);
  const last = Math.min(hits, a.trials);
  // With no hits, or nothing but hits, the margins leave only one table.
  if (first === last) return { validity: fixedSample, pValue: 1 };
  const rate = hits / (a.trials + b.trials);
  // Up to a constant, the log of the hypergeometric probability of x of the hits being a's.
  const logWeight = (x: number): number =>
    logBinomialProbability(x, a.trials, rate) + logBinomialProbability(hits - x, b.trials, rate);
  // Tables as probable as the one seen must not be lost to rounding; R allows the same slack.
  const limit = logWeight(a.hits) + 1e-7;
  const shift = logWeight(Math.round(a.trials * rate));
  let total = 0;
  let extreme = 0;
  for (let x = first; x <= last; x++) {
    const logged = logWeight(x);
    const weight = Math.exp(logged - shift);
    total += weight;
    if (logged <= limit) extreme += weight;
  }
  return { validity: fixedSample, pValue: Math.min(1, extreme / total) };
}
