import type { ComparisonResult, TestMetrics } from "@spark/rsi-model";
import { z } from "zod";

/**
 * What a test showed in each of the four directions; 0 where nothing was measured, and where the interval of the
 * difference holds 0: an order must not depend on noise.
 */
export interface Effects {
  /** Mean latency, relative to the baseline's; below 0 is better. */
  readonly latency: number;
  /** Cost a run, relative to the baseline's; below 0 is better. */
  readonly cost: number;
  /** Difference of mean quality; above 0 is better. */
  readonly quality: number;
  /** Difference of success rates; above 0 is better. */
  readonly reliability: number;
}

/** Reads the effects off a comparison. */
export function effectsOf({
  baselineMetrics,
  candidateMetrics,
  successRateDelta,
  extra,
}: ComparisonResult): Effects {
  const shown = (measure: string, effect: number): number => (isOpen(extra, measure) ? 0 : effect);
  const { quality = 0 } = candidateMetrics;
  return {
    latency: shown("latency", relative(baselineMetrics.avgDuration, candidateMetrics.avgDuration)),
    cost: shown("cost", relative(costPerRun(baselineMetrics), costPerRun(candidateMetrics))),
    quality: shown("quality", quality - (baselineMetrics.quality ?? quality)),
    reliability: shown("successRate", successRateDelta),
  };
}

/** As the tester of this package writes them; results from elsewhere may have none. */
const Intervals = z.object({
  intervals: z.record(z.string(), z.object({ lower: z.number(), upper: z.number() })),
});

/** True where a test says of a measure that it may as well be no different. */
function isOpen(extra: ComparisonResult["extra"], measure: string): boolean {
  const parsed = Intervals.safeParse(extra);
  const interval = parsed.success ? parsed.data.intervals[measure] : undefined;
  return interval !== undefined && interval.lower <= 0 && interval.upper >= 0;
}

/** True where one is at least as good in every direction, and better in one. */
export function dominates(one: Effects, other: Effects): boolean {
  const gains = [
    other.latency - one.latency,
    other.cost - one.cost,
    one.quality - other.quality,
    one.reliability - other.reliability,
  ];
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

function relative(before: number | undefined, after: number | undefined): number {
  if (before === undefined || after === undefined || before === after) return 0;
  // From nothing to something is as bad as it gets on the scale, which ends at a doubling.
  return before === 0 ? 1 : (after - before) / before;
}

function costPerRun({ totalCost, numRuns }: TestMetrics): number | undefined {
  return totalCost === undefined || numRuns === 0 ? undefined : totalCost / numRuns;
}
