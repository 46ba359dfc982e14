import { requireCount, requireNumber } from "./argument.ts";
import { type BinnedSample, binnedTotal, requireBins } from "./binned-sample.ts";
import { binomialUpperTail } from "./binomial.ts";
import { firstInteger } from "./bisect.ts";

/** Which quantile is bounded, and with what probability the bound may be wrong; both above 0 and below 1. */
export interface QuantileBoundOptions {
  readonly quantile: number;
  readonly risk: number;
}

/**
 * The rank (1 is the smallest value) of the order statistic that bounds a quantile from above.
 *
 * The smallest j with P(binomial(trials, quantile) >= j) <= risk; holds for every distribution (order-statistic
 * interval, David and Nagaraja 2003, section 7.1). Undefined when the sample is too small for any bound;
 * `runsForQuantileBound` says how many it takes. O(log trials) binomial tails.
 */
export function quantileBoundRank(trials: number, options: QuantileBoundOptions): number | undefined {
  requireCount("quantileBoundRank: trials", trials);
  const { quantile, risk } = requireOptions("quantileBoundRank", options);
  const rank = firstInteger(1, trials, (j) => binomialUpperTail(j, trials, quantile) <= risk);
  return rank > trials ? undefined : rank;
}

/** The smallest sample that bounds this quantile: log(risk) / log(quantile), rounded up. */
export function runsForQuantileBound(options: QuantileBoundOptions): number {
  const { quantile, risk } = requireOptions("runsForQuantileBound", options);
  return Math.ceil(Math.log(risk) / Math.log(quantile));
}

/**
 * The value that the true quantile exceeds with a probability of at most `risk`.
 *
 * From bins it is the upper edge of the bin that holds the order statistic, which only makes it larger.
 * Undefined when the sample is too small (`runsForQuantileBound`). Not for samples whose size depended on them.
 * @throws RangeError for bins that overlap or do not ascend, or options out of range.
 */
export function quantileUpperBound(sample: BinnedSample, options: QuantileBoundOptions): number | undefined {
  requireBins("quantileUpperBound: sample", sample);
  const rank = quantileBoundRank(binnedTotal(sample), options);
  if (rank === undefined) return undefined;
  let below = 0;
  return sample.find(({ count }) => (below += count) >= rank)?.upper;
}

function requireOptions(call: string, { quantile, risk }: QuantileBoundOptions): QuantileBoundOptions {
  requireNumber(`${call}: quantile`, quantile, { above: 0, below: 1 });
  requireNumber(`${call}: risk`, risk, { above: 0, below: 1 });
  return { quantile, risk };
}
