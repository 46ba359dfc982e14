import { requireNumber } from "./argument.ts";
import type { EProcess } from "./e-process.ts";
import { logMixture } from "./log-space.ts";

/** What a set of bets has won: pairs seen, and the log capital of each bet, in the order of `bets`. */
export interface BettingState {
  readonly pairs: number;
  readonly logCapitals: readonly number[];
}

/** The evidence of bets, each a fixed fraction staked on every payoff. */
export interface Betting<Observation> extends EProcess<BettingState, Observation> {
  readonly bets: readonly number[];
}

/**
 * Tests whether a payoff has a mean of at most 0, where no payoff is below -1 / (largest bet).
 *
 * Each bet multiplies its capital by 1 + bet * payoff, so that under the null no capital grows on average;
 * the evidence is the mean capital (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by
 * betting", 2024). States add up, though as sums of doubles: another order may change the last digits.
 */
export function betting<Observation>(
  bets: readonly number[],
  payoffOf: (observation: Observation) => number,
): Betting<Observation> {
  const weights = bets.map(() => 1 / bets.length);
  const logWeights = weights.map(Math.log);
  const empty = (): BettingState => ({ pairs: 0, logCapitals: bets.map(() => 0) });
  const merge = (a: BettingState, b: BettingState): BettingState => ({
    pairs: a.pairs + b.pairs,
    logCapitals: requireCapitals(bets, a).map((capital, j) => capital + (requireCapitals(bets, b)[j] ?? 0)),
  });
  const add = (state: BettingState, observation: Observation): BettingState => {
    const payoff = payoffOf(observation);
    return merge(state, { pairs: 1, logCapitals: bets.map((bet) => Math.log1p(bet * payoff)) });
  };
  return Object.freeze<Betting<Observation>>({
    bets: Object.freeze([...bets]),
    weights,
    empty,
    add,
    merge,
    scores: (state) => requireCapitals(bets, state),
    logEvidence: (state) => logMixture(logWeights, requireCapitals(bets, state)),
  });
}

/** @throws RangeError unless there is at least one bet and each is above 0 and below `below`. */
export function requireBets(what: string, bets: readonly number[], below: number): readonly number[] {
  if (bets.length === 0) throw new RangeError(`${what} must hold at least one bet, got none.`);
  bets.forEach((bet, j) => requireNumber(`${what}[${j}]`, bet, { above: 0, below }));
  return bets;
}

function requireCapitals(bets: readonly number[], { logCapitals }: BettingState): readonly number[] {
  if (logCapitals.length !== bets.length) {
    throw new RangeError(
      `betting: expected a state of ${bets.length} bets, got one of ${logCapitals.length}. It belongs to another test.`,
    );
  }
  return logCapitals;
}
