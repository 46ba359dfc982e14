import { requireSample } from "../argument.ts";
import { normalUpperTail } from "../distributions.ts";
import { type FixedSample, fixedSample } from "./fixed-sample.ts";

/** Two samples compared by rank. */
export interface MannWhitneyResult {
  readonly validity: FixedSample;
  /** Mann and Whitney's U of `a` (R calls it W): pairs in which the value of `a` is larger, ties counted half. */
  readonly u: number;
  /** u as a share of all pairs: the probability that a value of `a` exceeds one of `b`. */
  readonly superiority: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: "exact" | "normal";
}

/** Up to this many values in all the p-value is exact; the counts of arrangements then still fit a double. */
export const mannWhitneyExactLimit = 50;

/**
 * Compares where two samples lie, without assuming a distribution (Mann and Whitney 1947).
 *
 * Up to 50 values in all the p-value is exact, with ties too: all ways to choose which ranks belong to `a` are
 * counted. Above that the normal approximation, corrected for ties and continuity. O(n log n), exact O(n^4)
 * (about 5 ms at 50).
 * @throws RangeError for an empty sample or a value that is not finite.
 */
export function mannWhitney({
  a,
  b,
}: {
  readonly a: readonly number[];
  readonly b: readonly number[];
}): MannWhitneyResult {
  requireSample("mannWhitney: a", a, 1);
  requireSample("mannWhitney: b", b, 1);
  const { doubledRanks, tieSizes } = rank([...a, ...b]);
  const doubledSum = doubledRanks.slice(0, a.length).reduce((sum, value) => sum + value, 0);
  const u = doubledSum / 2 - (a.length * (a.length + 1)) / 2;
  const exact = doubledRanks.length <= mannWhitneyExactLimit;
  const pValue = exact
    ? exactPValue(doubledRanks, a.length, doubledSum)
    : normalPValue(u, { a: a.length, b: b.length, tieSizes });
  return {
    validity: fixedSample,
    u,
    superiority: u / (a.length * b.length),
    pValue,
    method: exact ? "exact" : "normal",
  };
}

/** Ranks times two, so that the mean rank of a tie is a whole number, in the order of the values. */
function rank(values: readonly number[]): { doubledRanks: readonly number[]; tieSizes: readonly number[] } {
  const order = values.map((_, index) => index).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const doubledRanks = values.map(() => 0);
  const tieSizes: number[] = [];
  for (let from = 0; from < order.length;) {
    const value = values[order[from] ?? 0];
    let to = from;
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    for (const index of order.slice(from, to)) doubledRanks[index] = from + to + 1;
    tieSizes.push(to - from);
    from = to;
  }
  return { doubledRanks, tieSizes };
}

/** ways[k][s]: how many choices of k ranks sum to s; every choice is equally likely under the null. */
function exactPValue(doubledRanks: readonly number[], chosen: number, observed: number): number {
  const width = doubledRanks.reduce((sum, value) => sum + value, 0) + 1;
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(width));
  (ways[0] as Float64Array)[0] = 1;
  for (const value of doubledRanks) {
    for (let k = chosen; k >= 1; k--) {
      const [from, to] = [ways[k - 1] as Float64Array, ways[k] as Float64Array];
      for (let sum = width - 1; sum >= value; sum--) to[sum] = (to[sum] ?? 0) + (from[sum - value] ?? 0);
    }
  }
  const counts = ways[chosen] as Float64Array;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const atMost = counts.slice(0, observed + 1).reduce((sum, count) => sum + count, 0);
  const atLeast = counts.slice(observed).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * Math.min(atMost, atLeast)) / total);
}

function normalPValue(
  u: number,
  { a, b, tieSizes }: { readonly a: number; readonly b: number; readonly tieSizes: readonly number[] },
): number {
  const n = a + b;
  const tieCorrection = tieSizes.reduce((sum, size) => sum + (size ** 3 - size), 0) / (n * (n - 1));
  const variance = ((a * b) / 12) * (n + 1 - tieCorrection);
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(u - (a * b) / 2) - 0.5);
  return Math.min(1, 2 * normalUpperTail(distance / Math.sqrt(variance)));
}
