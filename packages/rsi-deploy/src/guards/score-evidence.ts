import {
  betting,
  type Betting,
  type BettingState,
  pairedScoreBets,
  type RestartMixture,
  type RestartState,
  restartMixture,
} from "@spark/evidence";
import { z } from "zod";

/** What a {@link ScoreEvidence} has counted, as it is kept over a crash. */
export const ScoreCheckpoint = z.strictObject({
  check: z.int().min(1),
  opening: z.array(z.number()),
  open: z.strictObject({ pairs: z.int().nonnegative(), logCapitals: z.array(z.number()) }),
});
export type ScoreCheckpoint = z.infer<typeof ScoreCheckpoint>;

/**
 * Evidence that the mean of scores from 0 to 1 is below a floor, whatever their distribution.
 *
 * Bets on `floor - score` (Waudby-Smith and Ramdas, 2024). As in `RateEvidence` scores are *ahead* until all
 * runs that started before have ended, and the larger one of two evidences counts: over the settled scores, and
 * over all, with the best score for each run still under way.
 */
export class ScoreEvidence {
  readonly #test: Betting<number>;
  readonly #mixture: RestartMixture<BettingState>;
  #restart: RestartState;
  #open: BettingState;
  #ahead: BettingState;

  /** @param options.floor - From 0 to below 1. */
  constructor({ floor, checks }: { readonly floor: number; readonly checks: number }) {
    this.#test = betting(pairedScoreBets, (score: number) => (floor - score) / (1 - floor));
    this.#mixture = restartMixture(this.#test, { checks });
    this.#restart = this.#mixture.start();
    this.#open = this.#test.empty();
    this.#ahead = this.#test.empty();
  }

  addAhead(score: number): void {
    this.#ahead = this.#test.add(this.#ahead, score);
  }

  settle(score: number, wasAhead: boolean): void {
    this.#open = this.#test.add(this.#open, score);
    if (wasAhead) this.#ahead = this.#without(score);
  }

  /** The logarithm of the evidence, with `underWay` runs of the candidate not ended yet. About 3 µs. */
  log(underWay: number): number {
    const settled = this.#mixture.logEvidence(this.#restart, this.#open);
    if (this.#ahead.pairs === 0) return settled;
    const { pairs, logCapitals } = this.#test.merge(this.#open, this.#ahead);
    const all = {
      pairs: pairs + underWay,
      logCapitals: logCapitals.map(
        (capital, j) => capital + underWay * Math.log1p(-(pairedScoreBets[j] ?? 0)),
      ),
    };
    return Math.max(settled, this.#mixture.logEvidence(this.#restart, all));
  }

  closeCheck(): void {
    this.#restart = this.#mixture.close(this.#restart, this.#open);
    this.#open = this.#test.empty();
  }

  toJSON(): ScoreCheckpoint {
    const { check, opening } = this.#restart;
    const { pairs, logCapitals } = this.#open;
    return { check, opening: [...opening], open: { pairs, logCapitals: [...logCapitals] } };
  }

  restore({ check, opening, open }: ScoreCheckpoint): void {
    this.#restart = { check, opening };
    this.#open = open;
    this.#ahead = this.#test.empty();
  }

  /** Sums of doubles leave residue when something is taken off again; nothing ahead is exactly nothing. */
  #without(score: number): BettingState {
    const pairs = this.#ahead.pairs - 1;
    if (pairs === 0) return this.#test.empty();
    const one = this.#test.add(this.#test.empty(), score).logCapitals;
    return { pairs, logCapitals: this.#ahead.logCapitals.map((capital, j) => capital - (one[j] ?? 0)) };
  }
}
