import { requireNumber } from "./argument.ts";
import { betting, type Betting, requireBets } from "./betting.ts";

/** One value of each arm, such as latencies in seconds; at least 0. */
export interface ValuePair {
  readonly candidate: number;
  readonly baseline: number;
}

/** What clipped means are compared with, fixed before the first pair. */
export interface ClippedMeanOptions {
  /** How many times the baseline's clipped mean the candidate's may be, above 0. */
  readonly multiplier: number;
  /** Values above it count as it, in the unit of the values, above 0; `multiplier` times the history's p99 is a good one. */
  readonly cap: number;
  /** The fractions staked, above 0 and below 1. @default clippedMeanBets */
  readonly bets?: readonly number[];
}

/** The house bets on clipped values. */
export const clippedMeanBets: readonly number[] = Object.freeze([
  0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9,
]);

/**
 * Tests means of values without an upper bound: null hypothesis, the candidate's mean of min(value, cap) is at
 * most `multiplier` times the baseline's. Without a cap no such test exists for a finite sample.
 *
 * Pairs are one value of each arm, in the order in which they started. Betting as in `pairedScores`.
 * @throws RangeError for options out of range, or a value that is negative or not finite.
 */
export function clippedMean(options: ClippedMeanOptions): Betting<ValuePair> {
  const { bets = clippedMeanBets } = options;
  const multiplier = requireNumber("clippedMean: multiplier", options.multiplier, { above: 0 });
  const cap = requireNumber("clippedMean: cap", options.cap, { above: 0 });
  requireBets("clippedMean: bets", bets, 1);
  const clipped = (what: string, value: number): number =>
    Math.min(requireNumber(`clippedMean: ${what}`, value, { atLeast: 0 }), cap);
  return betting(
    bets,
    ({ candidate, baseline }: ValuePair) =>
      (clipped("candidate", candidate) - multiplier * clipped("baseline", baseline)) / (multiplier * cap),
  );
}
