import { requireNumber } from "./argument.ts";
import { attribution, type AttributionStage } from "./attribution.ts";
import { bisect } from "./bisect.ts";
import { defaultGrid, type Grid, uniformGrid } from "./grid.ts";
import { requiredLogEvidence } from "./required-evidence.ts";

/** The ratios of candidate to baseline failure rate that have not been refuted. */
export interface RateRatioInterval {
  readonly lower: number;
  /** Left out while no failure of the baseline bounds the ratio from above. */
  readonly upper?: number;
}

/**
 * How many times the baseline's failure rate the candidate's is, as an interval that may be looked at any time:
 * with a probability of at least `confidence` it holds the true ratio at every moment of the rollout.
 *
 * The confidence sequence dual to `attribution`: every ratio against which the evidence, on either side, has
 * not reached 2 / (1 - confidence). Assumes one ratio throughout; the rates themselves may vary. About 1 ms.
 *
 * `confidence` is above 0 and below 1, by default 0.95.
 * @throws RangeError for a bad confidence, grid, share or count.
 */
export function rateRatioInterval(
  stages: readonly AttributionStage[],
  options: { readonly confidence?: number; readonly grid?: Grid } = {},
): RateRatioInterval {
  const { confidence = 0.95, grid = intervalGrid } = options;
  requireNumber("rateRatioInterval: confidence", confidence, { above: 0, below: 1 });
  const required = requiredLogEvidence((1 - confidence) / 2);
  const exceeds = (logRatio: number): boolean =>
    attribution({ ratio: Math.exp(logRatio), alternative: "above", grid }).logEvidence(stages) >= required;
  const fallsShort = (logRatio: number): boolean =>
    attribution({ ratio: Math.exp(logRatio), alternative: "below", grid }).logEvidence(stages) >= required;

  const lower = exceeds(-farthest) ? Math.exp(bisect(-farthest, farthest, exceeds)) : 0;
  if (!fallsShort(farthest)) return { lower };
  return { lower, upper: Math.exp(bisect(-farthest, farthest, (logRatio) => !fallsShort(logRatio))) };
}

/** No interval is narrower than its smallest shift: this grid closes in on the ratio to half a percent. */
const intervalGrid = uniformGrid([0.01, 0.02, 0.05, 0.1, ...defaultGrid.shifts]);

/** In logs; ratios beyond 1e17 or below 1e-17 are not told from infinity and 0. */
const farthest = 40;
