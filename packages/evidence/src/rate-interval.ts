import { requireNumber } from "./argument.ts";
import { bisect } from "./bisect.ts";
import { defaultGrid, type Grid } from "./grid.ts";
import { gridProcess } from "./grid-process.ts";
import { type RateCounts, requireCounts } from "./rate-counts.ts";
import { requiredLogEvidence } from "./required-evidence.ts";

/** The rates that have not been refuted. */
export interface RateInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * A rate as an interval that may be looked at any time: with a probability of at least `confidence` it holds the
 * true rate at every moment.
 *
 * The confidence sequence dual to `gridProcess`: every rate against which the evidence, on either side, has not
 * reached 2 / (1 - confidence). About 0.1 ms. `confidence` is above 0 and below 1, by default 0.95.
 * @throws RangeError for a bad confidence, grid or counts.
 */
export function rateInterval(
  counts: RateCounts,
  options: { readonly confidence?: number; readonly grid?: Grid } = {},
): RateInterval {
  const { confidence = 0.95, grid = defaultGrid } = options;
  requireCounts("rateInterval: counts", counts);
  requireNumber("rateInterval: confidence", confidence, { above: 0, below: 1 });
  const required = requiredLogEvidence((1 - confidence) / 2);
  const refuted = (nullRate: number, alternative: "above" | "below"): boolean =>
    gridProcess({ nullRate, alternative, grid }).logEvidence(counts) >= required;
  const lower = refuted(edge, "above") ? bisect(edge, 1 - edge, (rate) => refuted(rate, "above")) : 0;
  const upper = refuted(1 - edge, "below") ? bisect(edge, 1 - edge, (rate) => !refuted(rate, "below")) : 1;
  return { lower, upper };
}

/** Rates closer to 0 or 1 are not told from them. */
const edge = 1e-6;
