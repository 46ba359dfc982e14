import type { LiveGraph } from "@spark/graph";
import type { Subscription } from "rxjs";
import { type Comparison, comparePair } from "./compare-pair.ts";
import { type ShadowReport, ShadowTally, type ShadowTallyJson } from "./shadow-report.ts";

/** Follows the pairs of one mirror stage. */
export class ShadowWatch {
  readonly #target: Pick<LiveGraph, "pairs$" | "mirrorCounts">;
  readonly #tally = new ShadowTally();
  readonly #before: { readonly dropped: number; readonly notCopied: number };
  readonly #subscription: Subscription;

  constructor(
    target: Pick<LiveGraph, "pairs$" | "mirrorCounts">,
    options: { readonly candidate: string; readonly comparison: Comparison },
  ) {
    this.#target = target;
    this.#before = target.mirrorCounts;
    this.#subscription = target.pairs$.subscribe((pair) => {
      if (pair.mirrored.record.versionId !== options.candidate) return;
      this.#tally.add(comparePair(pair, options.comparison), pair.live.record.runId);
    });
  }

  get comparable(): number {
    return this.#tally.comparable;
  }

  report(confidence: number): ShadowReport {
    const { dropped, notCopied } = this.#target.mirrorCounts;
    return this.#tally.report(confidence, {
      dropped: dropped - this.#before.dropped,
      notCopied: notCopied - this.#before.notCopied,
    });
  }

  checkpoint(): ShadowTallyJson {
    return this.#tally.toJSON();
  }

  restore(checkpoint: ShadowTallyJson): void {
    this.#tally.restore(checkpoint);
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}
