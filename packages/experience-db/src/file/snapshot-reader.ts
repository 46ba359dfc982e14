import { ExperienceState, type TableName, tableNames } from "../experience-state.ts";
import { RowSet } from "../row-set.ts";
import type { StoredRows } from "../table.ts";
import { type FileFormat, type FormatUpgrade, upgradeFrom } from "./file-format.ts";
import type { JournalStart } from "./journal-scan.ts";
import {
  blockSum,
  sealSum,
  SnapshotHead,
  type SnapshotIndex,
  SnapshotSeal,
  type TableIndex,
} from "./snapshot-format.ts";
import { storageCorrupt } from "./storage-error.ts";

/** What a snapshot holds. */
export interface ReadSnapshot {
  readonly state: ExperienceState;
  readonly rows: number;
  /** Where the journal after it begins. */
  readonly start: JournalStart;
}

/**
 * Reads a snapshot. Of the current format, rows stay bytes until they are asked for; older ones are
 * upgraded row by row.
 *
 * @throws SparkError `storage_corrupt` with the place, when a checksum does not match.
 */
export function readSnapshot(bytes: Buffer, path: string, format: FileFormat): ReadSnapshot {
  const { index: indexAt } = checkSnapshot(bytes, path);
  const headEnd = bytes.indexOf("\n") + 1;
  const { formatVersion, sequence, previous } = SnapshotHead.parse(parseSlice(bytes, 0, headEnd));
  const upgrade = upgradeFrom(formatVersion, format, path);
  const index = parseSlice(bytes, indexAt, bytes.indexOf("\n", indexAt)) as SnapshotIndex;
  const tables = {} as Record<TableName, StoredRows>;
  let at = headEnd;
  for (const name of tableNames) {
    const { rows, end } = storedRows(bytes, index[name], at);
    tables[name] = rows;
    at = end;
  }
  const state =
    formatVersion === format.version
      ? new ExperienceState(tables, sequence)
      : upgradedState(tables, { changes: sequence, upgrade });
  const rows = tableNames.reduce((sum, name) => sum + state[name].size, 0);
  return { state, rows, start: { sequence, previous } };
}

/** Checks every checksum of a snapshot and gives its seal. */
export function checkSnapshot(bytes: Buffer, path: string): SnapshotSeal {
  const sealAt = bytes.lastIndexOf("\n", -2) + 1;
  const seal = SnapshotSeal.safeParse(tryParse(bytes, sealAt));
  const sound =
    seal.success && sealSum(seal.data) === seal.data.sum && seal.data.blocks.at(-1)?.[0] === sealAt;
  if (!sound) {
    throw storageCorrupt({
      path,
      offset: sealAt,
      reason: "its seal is not whole",
      soundBefore: 0,
      soundAfter: 0,
    });
  }
  let from = 0;
  for (const [until, sum] of seal.data.blocks) {
    if (blockSum(bytes.subarray(from, until)) !== sum) {
      throw storageCorrupt({
        path,
        offset: from,
        reason: `the checksum of the ${until - from} bytes from there does not match`,
        soundBefore: linesIn(bytes, 0, from),
        soundAfter: linesIn(bytes, until, sealAt),
      });
    }
    from = until;
  }
  return seal.data;
}

function storedRows(
  bytes: Buffer,
  { keys, lengths, facets }: TableIndex,
  from: number,
): { readonly rows: StoredRows; readonly end: number } {
  const starts = new Float64Array(keys.length);
  let at = from;
  for (const [number, length] of lengths.entries()) {
    starts[number] = at;
    if (keys[number] !== null) at += length + 1;
  }
  const rows: StoredRows = {
    keys,
    facets: new Map(Object.entries(facets).map(([facet, chunks]) => [facet, rowSet(chunks)])),
    bytes: (number) => bytes.subarray(starts[number], (starts[number] ?? 0) + (lengths[number] ?? 0)),
  };
  return { rows, end: at };
}

function rowSet(chunks: TableIndex["facets"][string]): RowSet {
  const words: (Uint32Array | undefined)[] = [];
  for (const [index, chunk] of Object.entries(chunks)) words[Number(index)] = Uint32Array.from(chunk);
  return new RowSet(Array.from(words));
}

function upgradedState(
  tables: Readonly<Record<TableName, StoredRows>>,
  { changes, upgrade }: { readonly changes: number; readonly upgrade: FormatUpgrade },
): ExperienceState {
  const state = new ExperienceState(undefined, changes);
  for (const name of tableNames) {
    for (const [number, key] of tables[name].keys.entries()) {
      if (key === null) continue;
      const row: unknown = JSON.parse(Buffer.from(tables[name].bytes(number)).toString());
      state[name].putJson(upgrade.row(name, row));
    }
  }
  return state;
}

function parseSlice(bytes: Buffer, from: number, until: number): unknown {
  return JSON.parse(bytes.toString("utf8", from, until));
}

function tryParse(bytes: Buffer, from: number): unknown {
  try {
    return parseSlice(bytes, from, bytes.length);
  } catch {
    return undefined;
  }
}

function linesIn(bytes: Buffer, from: number, until: number): number {
  let lines = 0;
  for (let at = bytes.indexOf("\n", from); at >= 0 && at < until; at = bytes.indexOf("\n", at + 1))
    lines += 1;
  return lines;
}
