import { type Betting, clippedMean, pairedScores } from "@spark/evidence";
import type { MeasuredPair } from "./measured-values.ts";
import type { Measure, SuccessCriteria } from "./trial-config.ts";

/** A bet on pairs of one measure; `flipped` swaps the arms first. */
export interface MeasureTest {
  readonly process: Betting<MeasuredPair>;
  readonly flipped: boolean;
}

/**
 * The three questions put to each measure:
 *
 * - `better`: is the candidate better by more than the least improvement that counts?
 * - `worse`: is it worse by more than is tolerated?
 * - `safe`: is it shown to stay within its margin?
 */
export interface MeasureTests {
  readonly better: MeasureTest;
  readonly worse: MeasureTest;
  readonly safe: MeasureTest;
}

/** The tests of one measure; `cap` is where latency or cost is clipped. */
export function testsOf(measure: Measure, criteria: SuccessCriteria, cap: number): MeasureTests {
  switch (measure) {
    case "successRate":
      return scoreTests({
        minGain: criteria.minSuccessRateImprovement,
        maxDrop: criteria.maxSuccessRateDrop,
        margin: criteria.successRateMargin,
      });
    case "quality":
      return scoreTests({
        minGain: criteria.minQualityImprovement,
        maxDrop: criteria.maxQualityDrop,
        margin: criteria.qualityMargin,
      });
    case "latency":
      return amountTests(criteria.minLatencyReduction, criteria.maxLatencyIncrease, cap);
    case "cost":
      return amountTests(criteria.minCostReduction, criteria.maxCostIncrease, cap);
  }
}

/** Scores from 0 to 1 of which more is better; limits are absolute. */
function scoreTests(limits: {
  readonly minGain: number;
  readonly maxDrop: number;
  readonly margin: number;
}): MeasureTests {
  const { minGain, maxDrop, margin } = limits;
  return {
    better: { process: pairedScores({ margin: minGain }), flipped: false },
    worse: { process: pairedScores({ margin: maxDrop, favour: "baseline" }), flipped: false },
    safe: { process: pairedScores({ margin: -margin }), flipped: false },
  };
}

/** Amounts of which less is better; limits are relative to the baseline's mean. */
function amountTests(minReduction: number, maxIncrease: number, cap: number): MeasureTests {
  return {
    better: { process: clippedMean({ multiplier: 1 / (1 - minReduction), cap }), flipped: true },
    worse: { process: clippedMean({ multiplier: 1 + maxIncrease, cap }), flipped: false },
    safe: { process: clippedMean({ multiplier: 1 / (1 + maxIncrease), cap }), flipped: true },
  };
}
