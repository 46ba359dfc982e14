import { rateInterval } from "@spark/evidence";
import { z } from "zod";
import { percent } from "../stage.ts";
import type { ComparedPair } from "./compare-pair.ts";

const count = z.int().nonnegative();

/** What a shadow has seen so far. */
export const ShadowReport = z
  .strictObject({
    pairs: z.strictObject({
      equal: count,
      equivalent: count,
      different: count,
      candidate_error: count,
      not_comparable: count,
    }),
    /** Share of the comparable pairs that differ or where only the candidate failed. */
    disagreement: z.strictObject({
      rate: z.number(),
      /** An interval that may be looked at any time. */
      lower: z.number(),
      upper: z.number(),
      confidence: z.number(),
    }),
    /** By the first node that differs, most pairs first, with examples. */
    firstDifferences: z
      .array(
        z.strictObject({ nodeId: z.string(), pairs: count, exampleRunIds: z.array(z.string()).readonly() }),
      )
      .readonly(),
    /** Live runs that were picked and not repeated. */
    dropped: count,
    notCopied: count,
  })
  .readonly();
export type ShadowReport = z.infer<typeof ShadowReport>;

/** What a {@link ShadowTally} has counted, as it is kept over a crash. */
export const ShadowTallyJson = ShadowReport.unwrap().pick({ pairs: true, firstDifferences: true });
export type ShadowTallyJson = z.infer<typeof ShadowTallyJson>;

/** How many example runs a difference keeps. */
const examples = 3;

/** Counts compared pairs. */
export class ShadowTally {
  readonly #pairs = { equal: 0, equivalent: 0, different: 0, candidate_error: 0, not_comparable: 0 };
  readonly #differences = new Map<string, { pairs: number; exampleRunIds: string[] }>();

  /** Pairs that can be compared. */
  get comparable(): number {
    const { equal, equivalent, different, candidate_error: failed } = this.#pairs;
    return equal + equivalent + different + failed;
  }

  add(compared: ComparedPair, runId: string): void {
    this.#pairs[compared.class] += 1;
    if (compared.firstDifference === undefined) return;
    const seen = this.#differences.get(compared.firstDifference) ?? { pairs: 0, exampleRunIds: [] };
    seen.pairs += 1;
    if (seen.exampleRunIds.length < examples) seen.exampleRunIds.push(runId);
    this.#differences.set(compared.firstDifference, seen);
  }

  toJSON(): ShadowTallyJson {
    return { pairs: { ...this.#pairs }, firstDifferences: this.#differencesByCount() };
  }

  /** Goes on from what another tally has counted. */
  restore({ pairs, firstDifferences }: ShadowTallyJson): void {
    Object.assign(this.#pairs, pairs);
    for (const { nodeId, pairs: count, exampleRunIds } of firstDifferences) {
      this.#differences.set(nodeId, { pairs: count, exampleRunIds: [...exampleRunIds] });
    }
  }

  #differencesByCount(): ShadowReport["firstDifferences"] {
    return [...this.#differences]
      .map(([nodeId, seen]) => ({ nodeId, ...seen, exampleRunIds: [...seen.exampleRunIds] }))
      .toSorted((a, b) => b.pairs - a.pairs);
  }

  report(
    confidence: number,
    { dropped, notCopied }: { readonly dropped: number; readonly notCopied: number },
  ): ShadowReport {
    const hits = this.#pairs.different + this.#pairs.candidate_error;
    const trials = this.comparable;
    return {
      pairs: { ...this.#pairs },
      disagreement: {
        rate: trials === 0 ? 0 : hits / trials,
        ...rateInterval({ hits, trials }, { confidence }),
        confidence,
      },
      firstDifferences: this.#differencesByCount(),
      dropped,
      notCopied,
    };
  }
}

/** A report in words. */
export function explainShadow({ pairs, disagreement, firstDifferences }: ShadowReport): string {
  const compared = pairs.equal + pairs.equivalent + pairs.different + pairs.candidate_error;
  const { rate, lower, upper, confidence } = disagreement;
  const [first] = firstDifferences;
  const where = first === undefined ? "" : `; first at node "${first.nodeId}" in ${first.pairs} pairs`;
  return (
    `outputs differ in ${rounded(rate)} of ${compared} compared pairs ` +
    `(${rounded(lower)} to ${rounded(upper)} at ${percent(confidence)})${where}`
  );
}

function rounded(rate: number): string {
  return percent(Number(rate.toPrecision(3)));
}
