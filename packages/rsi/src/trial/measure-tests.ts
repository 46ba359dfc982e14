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
 * - `safe`: is it shown not to be?
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
      return scoreTests(criteria.minSuccessRateImprovement, criteria.maxSuccessRateDrop);
    case "quality":
      return scoreTests(criteria.minQualityImprovement, criteria.maxQualityDrop);
    case "latency":
      return amountTests(criteria.minLatencyReduction, criteria.maxLatencyIncrease, cap);
    case "cost":
      return amountTests(criteria.minCostReduction, criteria.maxCostIncrease, cap);
  }
}

/** Scores from 0 to 1 of which more is better; margins are absolute. */
function scoreTests(minGain: number, maxDrop: number): MeasureTests {
  return {
    better: { process: pairedScores({ margin: minGain }), flipped: false },
    worse: { process: pairedScores({ margin: maxDrop, favour: "baseline" }), flipped: false },
    safe: { process: pairedScores({ margin: -maxDrop }), flipped: false },
  };
}

/** Amounts of which less is better; margins are relative to the baseline's mean. */
function amountTests(minReduction: number, maxIncrease: number, cap: number): MeasureTests {
  return {
    better: { process: clippedMean({ multiplier: 1 / (1 - minReduction), cap }), flipped: true },
    worse: { process: clippedMean({ multiplier: 1 + maxIncrease, cap }), flipped: false },
    safe: { process: clippedMean({ multiplier: 1 / (1 + maxIncrease), cap }), flipped: true },
  };
}
