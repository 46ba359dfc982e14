import type { Row } from "./row.ts";

/**
 * What several processes have measured, row by row: the figures of the one in the middle. The engine compiles each
 * process a little differently, so that one alone can be a tenth better or worse than the next. The spread is that
 * of the rounds, or that of the processes where they are further apart.
 */
export function middleRows(runs: readonly (readonly Row[])[]): readonly Row[] {
  const [first = []] = runs;
  if (runs.length === 1) return first;
  return first.map(({ what }, at) => {
    const rows = runs.flatMap((run) => run.slice(at, at + 1)).toSorted((a, b) => a.ratio - b.ratio);
    if (rows.some((row) => row.what !== what)) throw new Error(`Not every process has measured "${what}".`);
    const middle = rows[Math.floor(rows.length / 2)] as Row;
    const apart = ((rows.at(-1) as Row).ratio - (rows[0] as Row).ratio) / middle.ratio;
    return middle.spread === undefined ? middle : { ...middle, spread: Math.max(middle.spread, apart) };
  });
}
