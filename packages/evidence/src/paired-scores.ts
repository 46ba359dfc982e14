import { requireNumber } from "./argument.ts";
import { betting, type Betting, requireBets } from "./betting.ts";

/** The scores of both arms on one input, each in [0, 1]. */
export interface ScorePair {
  readonly candidate: number;
  readonly baseline: number;
}

/** What paired scores are tested with, fixed before the first pair. */
export interface PairedScoresOptions {
  /**
   * What the mean difference must exceed, above -1 and below 1: 0 asks for any gain, 0.05 for five points,
   * -0.02 for "not more than two points worse". @default 0
   */
  readonly margin?: number;
  /** `"candidate"` seeks evidence that the candidate is ahead by more than the margin, `"baseline"` that the baseline is. @default "candidate" */
  readonly favour?: "candidate" | "baseline";
  /** The fractions staked, above 0 and below 1. @default pairedScoreBets */
  readonly bets?: readonly number[];
}

/** The house bets on score differences: small ones find small effects, large ones large effects sooner. */
export const pairedScoreBets: readonly number[] = Object.freeze([
  0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95,
]);

/**
 * Tests by bounded scores whether one arm beats the other on the same inputs: null hypothesis, the mean
 * difference is at most `margin`. Nothing is assumed of how the scores are distributed or depend on each other
 * within a pair; average repeated runs of one input first.
 *
 * Betting on the difference (Waudby-Smith and Ramdas 2024). About 120 pairs for a gain of 0.05 at noise 0.1,
 * 370 for 0.02. For two verdicts run one test in favour of each arm.
 *
 * @throws RangeError for a margin or bet out of range, or a score outside [0, 1].
 */
export function pairedScores(options: PairedScoresOptions = {}): Betting<ScorePair> {
  const { favour = "candidate", bets = pairedScoreBets } = options;
  const margin = requireNumber("pairedScores: margin", options.margin ?? 0, { above: -1, below: 1 });
  requireBets("pairedScores: bets", bets, 1);
  return betting(bets, (pair: ScorePair) => {
    const candidate = requireNumber("pairedScores: candidate", pair.candidate, { atLeast: 0, atMost: 1 });
    const baseline = requireNumber("pairedScores: baseline", pair.baseline, { atLeast: 0, atMost: 1 });
    const lead = favour === "candidate" ? candidate - baseline : baseline - candidate;
    return (lead - margin) / (1 + margin);
  });
}
