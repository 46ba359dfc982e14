import type { RunRecord } from "@spark/graph";
import type { CountedRun } from "./counted-run.ts";
import type { SequentialGuard } from "./sequential-guard.ts";

/** A run, and what guards found that were asked about it. */
export interface MeasuredRun extends CountedRun {
  /** The guards that were asked one by one, and how bad each of them finds it. */
  readonly asked: readonly SequentialGuard[];
  readonly measured: readonly number[];
}

/** A run that both sides are compared by, and what guards hold against it. */
export interface BlamedRun extends CountedRun {
  /** The guards to which it is a bad run that counts, beside the other side's. */
  readonly blamed?: readonly SequentialGuard[];
}

/** How many runs were good to a guard, on their way from ended to settled. */
export interface GoodRuns {
  readonly baseline: number;
  readonly candidate: number;
  /** Runs of the candidate that are ahead, more or fewer than before. */
  readonly ahead: number;
  readonly settled: number;
}

/**
 * The guards that runs of one kind concern, and the runs that were good to all of them.
 *
 * Of a good run, a guard has nothing to keep but the count. So those that show it by their outcome and their
 * duration alone are counted once for all guards, and handed over when somebody looks.
 */
export class ConcernedGuards {
  readonly all: readonly SequentialGuard[];
  /** The guards that have to look at every run. */
  readonly particular: readonly SequentialGuard[];
  readonly #plain: readonly SequentialGuard[];
  /** A run is good to the plain ones when it succeeds within so many seconds. */
  readonly #goodSeconds: number;
  /** Keys that are not well to one of the plain guards: a good run of theirs is news to it. */
  readonly #unwellKeys = new Set<string>();
  #baseline = 0;
  #candidate = 0;
  #ahead = 0;
  #settled = 0;

  constructor(guards: readonly SequentialGuard[]) {
    this.all = guards;
    this.#plain = guards.filter(({ rule }) => rule.reads !== undefined);
    this.particular = guards.filter(({ rule }) => rule.reads === undefined);
    this.#goodSeconds = Math.min(
      ...this.#plain.filter(({ rule }) => rule.reads === "durationMs").map(({ limit }) => limit),
    );
  }

  /** The guards to be asked one by one about a run: all of them, unless it is plainly good. */
  toAsk({ ok, durationMs, key }: RunRecord): readonly SequentialGuard[] {
    const isGood = ok && durationMs / 1000 <= this.#goodSeconds;
    const isNews = key !== undefined && this.#unwellKeys.size > 0 && this.#unwellKeys.has(key);
    return isGood && !isNews ? this.particular : this.all;
  }

  /** All guards have been asked about a run, and may have found its key unwell, or well again. */
  noteAsked({ key }: RunRecord): void {
    if (key === undefined) return;
    if (this.#plain.some((guard) => guard.isUnwell(key))) this.#unwellKeys.add(key);
    else this.#unwellKeys.delete(key);
  }

  addGood(side: CountedRun["side"]): void {
    if (side === "candidate") this.#candidate += 1;
    else this.#baseline += 1;
  }

  addGoodAhead(): void {
    this.#ahead += 1;
  }

  settleGood(wasAhead: boolean): void {
    this.#settled += 1;
    if (wasAhead) this.#ahead -= 1;
  }

  /** Hands over what was counted for all. To be called before a guard is read. */
  handOver(): void {
    const good = {
      baseline: this.#baseline,
      candidate: this.#candidate,
      ahead: this.#ahead,
      settled: this.#settled,
    };
    for (const guard of this.#plain) guard.addGood(good);
    this.#baseline = 0;
    this.#candidate = 0;
    this.#ahead = 0;
    this.#settled = 0;
  }
}
