import { gridProcess } from "@spark/evidence";
import type { RunRecord } from "@spark/graph";
import { z } from "zod";
import { AttributionCheckpoint, AttributionEvidence } from "./attribution-evidence.ts";
import type { CountedRun } from "./counted-run.ts";
import type { GuardTest } from "./guard-setup.ts";
import { RateCheckpoint, RateEvidence } from "./rate-evidence.ts";

/** What one guard has counted, as it is kept over a crash. */
export const GuardCheckpoint = z.strictObject({
  rate: RateCheckpoint.exactOptional(),
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
 * A latency guard with the baseline alongside has two tests and believes the weaker one: the candidate must be
 * slow against the frozen limit, and slower than the baseline is at the same time. A slow provider that both
 * wait for trips neither.
 */
export class SequentialGuard {
  readonly test: GuardTest;
  readonly rate: RateEvidence | undefined;
  readonly attributed: AttributionEvidence | undefined;
  readonly baseline = { hits: 0, runs: 0 };
  readonly candidate = { hits: 0, runs: 0 };
  /** Keys with a bad run in the open check; a key counts once a check. */
  readonly #badKeys = new Set<string>();

  constructor(test: GuardTest, checks: number) {
    this.test = test;
    this.rate =
      test.nullRate === undefined
        ? undefined
        : new RateEvidence(gridProcess({ nullRate: test.nullRate }), { checks });
    this.attributed =
      test.ratio === undefined ? undefined : new AttributionEvidence({ ratio: test.ratio, checks });
  }

  /** Whether a run is one of those this guard is about. */
  concerns({ share }: CountedRun): boolean {
    switch (this.test.comparedWith) {
      case "alongside":
        return share < 1;
      case "before":
        return share >= 1;
      case "limit":
        return true;
    }
  }

  isBad(record: RunRecord): boolean {
    const { slowerThan } = this.test;
    return slowerThan === undefined ? !record.ok : record.durationMs / 1000 > slowerThan;
  }

  /** Whether this bad run is the first of its key in the open check. */
  isFirstOfKey({ key }: RunRecord): boolean {
    if (key === undefined) return true;
    if (this.#badKeys.has(key)) return false;
    this.#badKeys.add(key);
    return true;
  }

  /** The logarithm of the evidence against the candidate. */
  log(underWay: UnderWay): number {
    const rate = this.rate?.log(underWay.candidate) ?? Number.POSITIVE_INFINITY;
    const attributed = this.attributed?.log(underWay) ?? Number.POSITIVE_INFINITY;
    return Math.min(rate, attributed);
  }

  closeCheck(): void {
    this.rate?.closeCheck();
    this.attributed?.closeCheck();
    this.#badKeys.clear();
  }

  toJSON(): GuardCheckpoint {
    return {
      ...(this.rate === undefined ? {} : { rate: this.rate.toJSON() }),
      ...(this.attributed === undefined ? {} : { attributed: this.attributed.toJSON() }),
      baseline: { ...this.baseline },
      candidate: { ...this.candidate },
    };
  }

  restore(checkpoint: GuardCheckpoint): void {
    if (checkpoint.rate !== undefined) this.rate?.restore(checkpoint.rate);
    if (checkpoint.attributed !== undefined) this.attributed?.restore(checkpoint.attributed);
    Object.assign(this.baseline, checkpoint.baseline);
    Object.assign(this.candidate, checkpoint.candidate);
  }
}
