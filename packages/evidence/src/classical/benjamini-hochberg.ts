import { requireNumber } from "../argument.ts";
import { type FixedSample, fixedSample } from "./fixed-sample.ts";

/** Many p-values judged together. */
export interface BenjaminiHochbergResult {
  readonly validity: FixedSample;
  /** Adjusted p-values, in the order given. */
  readonly adjusted: readonly number[];
  /** The indices of the rejected hypotheses, ascending. */
  readonly rejected: readonly number[];
}

/**
 * Which of many hypotheses to reject so that on average at most `rate` of the rejections are false.
 *
 * Benjamini and Hochberg (1995); for independent or positively dependent tests, else `eBenjaminiHochberg`.
 * O(n log n).
 * @throws RangeError for a p-value outside [0, 1] or a rate outside (0, 1).
 */
export function benjaminiHochberg(pValues: readonly number[], rate: number): BenjaminiHochbergResult {
  requireNumber("benjaminiHochberg: rate", rate, { above: 0, below: 1 });
  pValues.forEach((p, i) => requireNumber(`benjaminiHochberg: pValues[${i}]`, p, { atLeast: 0, atMost: 1 }));
  const descending = pValues.map((p, index) => ({ p, index })).sort((x, y) => y.p - x.p);
  const adjusted = pValues.map(() => 1);
  let smallest = 1;
  descending.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, (p * pValues.length) / (pValues.length - place));
    adjusted[index] = smallest;
  });
  const rejected = adjusted.flatMap((p, index) => (p <= rate ? [index] : []));
  return { validity: fixedSample, adjusted, rejected };
}
