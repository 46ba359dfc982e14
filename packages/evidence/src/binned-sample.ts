import { requireCount, requireNumber } from "./argument.ts";

/** How many values fell into (lower, upper]. */
export interface Bin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** A histogram as evidence reads it: bins in ascending order that do not overlap; empty ones may be left out. */
export type BinnedSample = readonly Bin[];

/** @throws RangeError naming the first bin that is empty-sided, overlaps the one before, or has no whole count. */
export function requireBins(what: string, sample: BinnedSample): BinnedSample {
  let reached = -Infinity;
  sample.forEach(({ lower, upper, count }, i) => {
    requireNumber(`${what}[${i}].lower`, lower, {
      atLeast: reached,
      advice: "Bins ascend and do not overlap.",
    });
    reached = requireNumber(`${what}[${i}].upper`, upper, { above: lower });
    requireCount(`${what}[${i}].count`, count);
  });
  return sample;
}

/** How many values the bins hold together. */
export function binnedTotal(sample: BinnedSample): number {
  return sample.reduce((total, { count }) => total + count, 0);
}
