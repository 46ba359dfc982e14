import type { ComparisonResult, TestMetrics } from "@spark/rsi-model";

/** What a test showed in each of the four directions; 0 where nothing was measured. */
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
}: ComparisonResult): Effects {
  return {
    latency: relative(baselineMetrics.avgDuration, candidateMetrics.avgDuration),
    cost: relative(costPerRun(baselineMetrics), costPerRun(candidateMetrics)),
    quality: (candidateMetrics.quality ?? 0) - (baselineMetrics.quality ?? candidateMetrics.quality ?? 0),
    reliability: successRateDelta,
  };
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
