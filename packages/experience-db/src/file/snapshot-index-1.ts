import { type TableName, tableNames } from "../experience-state.ts";
import { FacetIndex } from "../facet-index.ts";
import type { StoredRows } from "../table.ts";
import type { SealedFile } from "./sealed-file.ts";

/** The one index line of format 1, as far as it is needed to find the rows. */
type FirstIndex = Readonly<
  Partial<
    Record<TableName, { readonly keys: readonly (string | null)[]; readonly lengths: readonly number[] }>
  >
>;

/** The rows of a snapshot of format 1. Its facets are left aside, since an upgrade stores each row anew. */
export function storedTables1(
  file: SealedFile,
  { from, lines }: { readonly from: number; readonly lines: readonly Buffer[] },
): Record<TableName, StoredRows> {
  const index = JSON.parse(lines[0]?.toString() ?? "{}") as FirstIndex;
  let at = from;
  const tables = tableNames.map((name): [TableName, StoredRows] => {
    const { keys = [], lengths = [] } = index[name] ?? {};
    const starts = keys.map((key, number) => {
      const start = at;
      if (key !== null) at += (lengths[number] ?? 0) + 1;
      return start;
    });
    const rowAt = (row: number): Uint8Array =>
      file.slice(starts[row] ?? 0, (starts[row] ?? 0) + (lengths[row] ?? 0));
    const removed = [...keys.keys()].filter((number) => keys[number] === null);
    return [name, { count: keys.length, removed, keys: () => keys, facets: new FacetIndex(), bytes: rowAt }];
  });
  return Object.fromEntries(tables) as Record<TableName, StoredRows>;
}
