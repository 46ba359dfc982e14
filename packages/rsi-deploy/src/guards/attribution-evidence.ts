import {
  attribution,
  type Attribution,
  type AttributionStage,
  rateRatioInterval,
  type RateRatioInterval,
  type RestartMixture,
  type RestartState,
  restartMixture,
} from "@spark/evidence";
import { z } from "zod";
import type { CountedRun } from "./counted-run.ts";

const StageCounts = z.strictObject({
  share: z.number(),
  candidateFailures: z.int().nonnegative(),
  baselineFailures: z.int().nonnegative(),
});
type StageCounts = { share: number; candidateFailures: number; baselineFailures: number };

/** What an {@link AttributionEvidence} has counted, as it is kept over a crash. */
export const AttributionCheckpoint = z.strictObject({
  check: z.int().min(1),
  opening: z.array(z.number()),
  open: z.array(StageCounts),
  total: z.array(StageCounts),
});
export type AttributionCheckpoint = z.infer<typeof AttributionCheckpoint>;

/** A failure, or whatever else counts as bad: whose it was, at which share. */
export type AttributedHit = Pick<CountedRun, "side" | "share">;

/**
 * Evidence that the candidate fails more than it may beside a baseline that runs at the same time.
 *
 * Only failures are counted, each with the share of its time, so that a shared outage says nothing and the
 * stages of a canary add up. What has ended is *ahead* until everything that started before it has ended;
 * runs of the baseline still under way are taken as failed, the worst they can become.
 */
export class AttributionEvidence {
  readonly #test: Attribution;
  readonly #safety: Attribution;
  readonly #mixture: RestartMixture<readonly AttributionStage[]>;
  #restart: RestartState;
  #open: StageCounts[] = [];
  #ahead: StageCounts[] = [];
  #total: StageCounts[] = [];
  /** Kept until the counts change: it takes a millisecond, and most checks see few failures. */
  #interval: { readonly confidence: number; readonly ratio: RateRatioInterval } | undefined;

  constructor(options: { readonly ratio: number; readonly checks: number }) {
    this.#test = attribution({ ratio: options.ratio });
    this.#safety = attribution({ ratio: options.ratio, alternative: "below" });
    this.#mixture = restartMixture(this.#test, { checks: options.checks });
    this.#restart = this.#mixture.start();
  }

  /** Failures so far, settled or ahead, by share. */
  get total(): readonly AttributionStage[] {
    return this.#total;
  }

  addAhead(hit: AttributedHit): void {
    count(this.#ahead, hit, 1);
    this.#addToTotal(hit);
  }

  settle(hit: AttributedHit, wasAhead: boolean): void {
    count(this.#open, hit, 1);
    if (wasAhead) count(this.#ahead, hit, -1);
    else this.#addToTotal(hit);
  }

  /** The logarithm of the evidence of harm, with baseline runs under way at `share`. About 3 µs. */
  log(underWay: { readonly share: number; readonly baseline: number }): number {
    const settled = this.#mixture.logEvidence(this.#restart, this.#open);
    if (this.#ahead.every(({ candidateFailures }) => candidateFailures === 0)) return settled;
    const all = sum(this.#open, this.#ahead);
    if (underWay.share < 1) count(all, { side: "baseline", share: underWay.share }, underWay.baseline);
    return Math.max(settled, this.#mixture.logEvidence(this.#restart, all));
  }

  /** The logarithm of the evidence that the candidate keeps within its margin. */
  logSafe(): number {
    return this.#safety.logEvidence(this.#settled());
  }

  /** The ratio of the failure rates that has not been refuted. */
  ratio(confidence: number): RateRatioInterval {
    if (this.#interval?.confidence !== confidence) {
      this.#interval = { confidence, ratio: rateRatioInterval(this.#total, { confidence }) };
    }
    return this.#interval.ratio;
  }

  closeCheck(): void {
    this.#restart = this.#mixture.close(this.#restart, this.#open);
    this.#open = [];
  }

  toJSON(): AttributionCheckpoint {
    const { check, opening } = this.#restart;
    return { check, opening: [...opening], open: copy(this.#open), total: this.#settled() };
  }

  #addToTotal(hit: AttributedHit): void {
    count(this.#total, hit, 1);
    this.#interval = undefined;
  }

  #settled(): StageCounts[] {
    return sum(this.#total, this.#ahead, -1);
  }

  restore({ check, opening, open, total }: AttributionCheckpoint): void {
    this.#restart = { check, opening };
    this.#open = copy(open);
    this.#total = copy(total);
    this.#interval = undefined;
    this.#ahead = [];
  }
}

function count(stages: StageCounts[], { side, share }: AttributedHit, by: number): void {
  let stage = stages.find((one) => one.share === share);
  if (stage === undefined) {
    stage = { share, candidateFailures: 0, baselineFailures: 0 };
    stages.push(stage);
  }
  if (side === "candidate") stage.candidateFailures += by;
  else stage.baselineFailures += by;
}

function sum(a: readonly StageCounts[], b: readonly StageCounts[], sign: 1 | -1 = 1): StageCounts[] {
  const all = copy(a);
  for (const { share, candidateFailures, baselineFailures } of b) {
    count(all, { side: "candidate", share }, sign * candidateFailures);
    count(all, { side: "baseline", share }, sign * baselineFailures);
  }
  return all;
}

function copy(stages: readonly StageCounts[]): StageCounts[] {
  return stages.map((stage) => ({ ...stage }));
}
