import { gridProcess } from "@spark/evidence";
import type { RunRecord } from "@spark/graph";
import { z } from "zod";
import { AttributionCheckpoint, AttributionEvidence } from "./attribution-evidence.ts";
import type { GoodRuns } from "./concerned-guards.ts";
import { badAbove, GuardReader, oriented } from "./guard-reader.ts";
import type { GuardRule } from "./guard-rule.ts";
import type { GuardTest } from "./guard-test.ts";
import { RateCheckpoint, RateEvidence } from "./rate-evidence.ts";
import { ScoreCheckpoint, ScoreEvidence } from "./score-evidence.ts";
import { SideTally } from "./side-tally.ts";

/** What one guard has counted, as it is kept over a crash. */
export const GuardCheckpoint = z.strictObject({
  rate: RateCheckpoint.exactOptional(),
  score: ScoreCheckpoint.exactOptional(),
  attributed: AttributionCheckpoint.exactOptional(),
  baseline: z.strictObject({ hits: z.int(), runs: z.int() }),
  candidate: z.strictObject({ hits: z.int(), runs: z.int() }),
});
export type GuardCheckpoint = z.infer<typeof GuardCheckpoint>;

/** Runs that have started and not ended, per side, and the share they were routed at. */
export interface UnderWay {
  readonly baseline: number;
  readonly candidate: number;
  readonly share: number;
}

/**
 * One armed guard: what it counts as bad, and its evidence.
 *
 * A quantile guard with the baseline alongside has two tests and believes the weaker one: the candidate must be
 * slow against the frozen limit, and slower than the baseline is at the same time. A slow provider that both
 * wait for trips neither.
 */
export class SequentialGuard {
  readonly test: GuardTest;
  readonly rule: GuardRule;
  readonly reader: GuardReader;
  readonly attributed: AttributionEvidence | undefined;
  readonly baseline: SideTally;
  readonly candidate: SideTally;
  readonly #rate: RateEvidence | undefined;
  readonly #score: ScoreEvidence | undefined;
  /** A run that measures worse is bad. */
  readonly limit: number;
  /** Keys with a bad run in the open check; a key counts once a check. */
  readonly #badKeys = new Set<string>();
  /**
   * Keys without a good run since they were counted, which are not counted again: a side that was dealt a key
   * that always fails was dealt it once, not once a check.
   */
  readonly #unwellKeys = new Set<string>();

  constructor(test: GuardTest, rule: GuardRule, checks: number) {
    const { nullRate, meanFloor, ratio, worseThan } = test;
    this.test = test;
    this.rule = rule;
    this.reader = new GuardReader(rule);
    this.baseline = new SideTally(rule);
    this.candidate = new SideTally(rule);
    this.#rate = nullRate === undefined ? undefined : new RateEvidence(gridProcess({ nullRate }), { checks });
    this.#score = meanFloor === undefined ? undefined : new ScoreEvidence({ floor: meanFloor, checks });
    this.attributed = ratio === undefined ? undefined : new AttributionEvidence({ ratio, checks });
    const limit = worseThan ?? meanFloor;
    this.limit = limit === undefined ? badAbove : oriented(rule, limit);
  }

  isBad(measured: number): boolean {
    return measured > this.limit;
  }

  /** Whether a bad run counts: the first of its key in the open check, and since its key had a good one. */
  countsBad({ key }: RunRecord): boolean {
    if (key === undefined) return true;
    if (this.#badKeys.has(key) || this.#unwellKeys.has(key)) return false;
    this.#badKeys.add(key);
    this.#unwellKeys.add(key);
    return true;
  }

  noteGood({ key }: RunRecord): void {
    if (key !== undefined && this.#unwellKeys.size > 0) this.#unwellKeys.delete(key);
  }

  isUnwell(key: string): boolean {
    return this.#unwellKeys.has(key);
  }

  /** Some runs were good to it, and need not be looked at. */
  addGood({ baseline, candidate, ahead, settled }: GoodRuns): void {
    this.baseline.runs += baseline;
    this.candidate.runs += candidate;
    this.#rate?.addGood({ ahead, settled });
  }

  /** A run of the candidate has ended, while others that started earlier are still under way. */
  addAhead(measured: number): void {
    this.#rate?.addAhead(this.isBad(measured));
    this.#score?.addAhead(oriented(this.rule, measured));
  }

  /** A run of the candidate and all before it have ended. */
  settle(measured: number, wasAhead: boolean): void {
    this.#rate?.settle(this.isBad(measured), wasAhead);
    this.#score?.settle(oriented(this.rule, measured), wasAhead);
  }

  /** The logarithm of the evidence against the candidate. */
  log(underWay: UnderWay): number {
    return Math.min(
      this.#rate?.log(underWay.candidate) ?? Number.POSITIVE_INFINITY,
      this.#score?.log(underWay.candidate) ?? Number.POSITIVE_INFINITY,
      this.attributed?.log(underWay) ?? Number.POSITIVE_INFINITY,
    );
  }

  closeCheck(): void {
    this.#rate?.closeCheck();
    this.#score?.closeCheck();
    this.attributed?.closeCheck();
    this.#badKeys.clear();
  }

  toJSON(): GuardCheckpoint {
    const { baseline, candidate } = this;
    return {
      ...(this.#rate === undefined ? {} : { rate: this.#rate.toJSON() }),
      ...(this.#score === undefined ? {} : { score: this.#score.toJSON() }),
      ...(this.attributed === undefined ? {} : { attributed: this.attributed.toJSON() }),
      baseline: { hits: baseline.hits, runs: baseline.runs },
      candidate: { hits: candidate.hits, runs: candidate.runs },
    };
  }

  restore({ rate, score, attributed, baseline, candidate }: GuardCheckpoint): void {
    if (rate !== undefined) this.#rate?.restore(rate);
    if (score !== undefined) this.#score?.restore(score);
    if (attributed !== undefined) this.attributed?.restore(attributed);
    this.baseline.restore(baseline);
    this.candidate.restore(candidate);
  }
}
