import {
  type GridProcess,
  type RestartMixture,
  type RestartState,
  type RateCounts,
  restartMixture,
} from "@spark/evidence";
import { z } from "zod";

const counts = z.strictObject({ hits: z.int().nonnegative(), trials: z.int().nonnegative() });

/** What a {@link RateEvidence} has counted, as it is kept over a crash. */
export const RateCheckpoint = z.strictObject({
  check: z.int().min(1),
  opening: z.array(z.number()),
  open: counts,
  total: counts,
});
export type RateCheckpoint = z.infer<typeof RateCheckpoint>;

/**
 * Evidence that the candidate's rate of something bad is above a limit, from integer counts.
 *
 * Runs are counted twice on their way. As soon as a run has ended it is *ahead*; once all runs that started
 * before it have ended too it is *settled*. Fast failures would otherwise be counted before slow successes,
 * and a version whose failures are quick would look worse than it is. The evidence is the larger one of two
 * that are both valid: over the settled runs, and over all runs with those still under way taken as good.
 */
export class RateEvidence {
  readonly #test: GridProcess;
  readonly #mixture: RestartMixture<RateCounts>;
  #restart: RestartState;
  #open = { hits: 0, trials: 0 };
  #ahead = { hits: 0, trials: 0 };
  #total = { hits: 0, trials: 0 };

  constructor(test: GridProcess, options: { readonly checks: number }) {
    this.#test = test;
    this.#mixture = restartMixture(test, options);
    this.#restart = this.#mixture.start();
  }

  get nullRate(): number {
    return this.#test.nullRate;
  }

  /** Everything counted so far, settled or ahead. */
  get total(): RateCounts {
    return this.#total;
  }

  /** A run has ended, while others that started earlier are still under way. */
  addAhead(hit: boolean): void {
    add(this.#ahead, hit);
    add(this.#total, hit);
  }

  /** A run and all before it have ended. */
  settle(hit: boolean, wasAhead: boolean): void {
    add(this.#open, hit);
    if (wasAhead) remove(this.#ahead, hit);
    else add(this.#total, hit);
  }

  /** Adds runs without a hit: some are settled now, and so many more or fewer are ahead. */
  addGood({ ahead, settled }: { readonly ahead: number; readonly settled: number }): void {
    this.#open.trials += settled;
    this.#ahead.trials += ahead;
    this.#total.trials += settled + ahead;
  }

  /** The logarithm of the evidence, with `underWay` runs of the candidate not ended yet. About 2 µs. */
  log(underWay: number): number {
    const settled = this.#mixture.logEvidence(this.#restart, this.#open);
    const { hits, trials } = this.#ahead;
    if (hits === 0) return settled;
    const all = { hits: this.#open.hits + hits, trials: this.#open.trials + trials + underWay };
    return Math.max(settled, this.#mixture.logEvidence(this.#restart, all));
  }

  /** Ends a check: a regression may begin anew at each. */
  closeCheck(): void {
    this.#restart = this.#mixture.close(this.#restart, this.#open);
    this.#open = { hits: 0, trials: 0 };
  }

  /** What is settled; runs ahead of it are still under observation and are counted anew after a crash. */
  toJSON(): RateCheckpoint {
    const { check, opening } = this.#restart;
    const total = {
      hits: this.#total.hits - this.#ahead.hits,
      trials: this.#total.trials - this.#ahead.trials,
    };
    return { check, opening: [...opening], open: { ...this.#open }, total };
  }

  /** Goes on from a checkpoint. */
  restore({ check, opening, open, total }: RateCheckpoint): void {
    this.#restart = { check, opening };
    this.#open = { ...open };
    this.#total = { ...total };
    this.#ahead = { hits: 0, trials: 0 };
  }
}

function add(to: { hits: number; trials: number }, hit: boolean): void {
  to.trials += 1;
  if (hit) to.hits += 1;
}

function remove(from: { hits: number; trials: number }, hit: boolean): void {
  from.trials -= 1;
  if (hit) from.hits -= 1;
}
