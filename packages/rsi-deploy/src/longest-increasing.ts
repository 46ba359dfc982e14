/**
 * The positions of a longest increasing subsequence of distinct numbers: what can stay where it is while the
 * rest moves. Patience sorting, O(n log n).
 */
export function longestIncreasing(values: readonly number[]): ReadonlySet<number> {
  /** By length - 1: position of the smallest last value of an increasing subsequence of that length. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  values.forEach((value, at) => {
    const length = firstNotBelow(ends, value, values);
    previous.push(ends[length - 1]);
    ends[length] = at;
  });
  const kept = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) kept.add(at);
  return kept;
}

function firstNotBelow(ends: readonly number[], value: number, values: readonly number[]): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[ends[middle] as number] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
