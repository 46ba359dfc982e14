import { requireNumber } from "./argument.ts";
import { type BinnedSample, binnedTotal } from "./binned-sample.ts";
import type { EProcess } from "./e-process.ts";
import type { Grid } from "./grid.ts";
import { gridProcess } from "./grid-process.ts";
import type { Armed } from "./history-bound.ts";
import { quantileUpperBound, runsForQuantileBound } from "./quantile-bound.ts";
import type { RateCounts } from "./rate-counts.ts";

/** The evidence that a quantile lies above a threshold; an observation is a value, a hit one beyond it. */
export interface QuantileExceedance extends EProcess<RateCounts, number> {
  readonly quantile: number;
  /** In the unit of the values. */
  readonly threshold: number;
  /** Whether a value counts as a hit: it is above the threshold. */
  exceeds(value: number): boolean;
}

/** A quantile above 0 and below 1, and the finite value it must not exceed, frozen before the first observation. */
export interface QuantileExceedanceOptions {
  readonly quantile: number;
  readonly threshold: number;
  readonly grid?: Grid;
}

/**
 * Tests a quantile of any distribution against a frozen threshold: null hypothesis, at most 1 - quantile of
 * the values exceed it.
 *
 * The grid process on "above the threshold or not". A run that timed out counts with its time-out; leaving it
 * out would break the guarantee. For values kept in bins put the threshold on an upper edge: then the counts
 * beyond it are exact.
 *
 * @throws RangeError for a quantile outside (0, 1), a threshold that is not finite, or a NaN observed.
 */
export function quantileExceedance(options: QuantileExceedanceOptions): QuantileExceedance {
  const quantile = requireNumber("quantileExceedance: quantile", options.quantile, { above: 0, below: 1 });
  const threshold = requireNumber("quantileExceedance: threshold", options.threshold, {});
  const rate = gridProcess({ nullRate: 1 - quantile, ...(options.grid && { grid: options.grid }) });
  const exceeds = (value: number): boolean => {
    if (Number.isNaN(value)) throw new RangeError("quantileExceedance: a value must be a number, got NaN.");
    return value > threshold;
  };
  return Object.freeze<QuantileExceedance>({
    quantile,
    threshold,
    exceeds,
    weights: rate.weights,
    empty: rate.empty,
    add: (counts, value) => rate.add(counts, exceeds(value)),
    merge: rate.merge,
    scores: rate.scores,
    logEvidence: rate.logEvidence,
  });
}

/** What the comparison of a quantile with history is set up with, fixed before the candidate's first run. */
export interface QuantileHistoryOptions {
  /** The baseline's values before the start. */
  readonly history: BinnedSample;
  readonly quantile: number;
  /** How many times the baseline's quantile the candidate's may be, above 0. */
  readonly multiplier: number;
  /** The probability with which the bound may be wrong; comes off the budget for false alarms (`splitRisk`). */
  readonly risk: number;
  readonly grid?: Grid;
}

/**
 * Tests a candidate's quantile against `multiplier` times that of a baseline that ran before it.
 *
 * The threshold is `multiplier` times the order statistic that bounds the baseline's quantile from above.
 * Not armed while the history is too short for such a bound: 1,000 runs are comfortable for the 95 % quantile.
 * @throws RangeError for a bad histogram or options out of range.
 */
export function quantileAgainstHistory(options: QuantileHistoryOptions): Armed<{ test: QuantileExceedance }> {
  const { history, quantile, risk } = options;
  const multiplier = requireNumber("quantileAgainstHistory: multiplier", options.multiplier, { above: 0 });
  const bound = quantileUpperBound(history, { quantile, risk });
  if (bound === undefined) {
    const needed = runsForQuantileBound({ quantile, risk });
    return {
      armed: false,
      reason: `Bounding the ${quantile} quantile takes ${needed} runs of history, got ${binnedTotal(history)}.`,
    };
  }
  const threshold = multiplier * bound;
  return {
    armed: true,
    test: quantileExceedance({ quantile, threshold, ...(options.grid && { grid: options.grid }) }),
  };
}
