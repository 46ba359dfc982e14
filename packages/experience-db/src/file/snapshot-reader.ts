import { ExperienceState, type TableName, tableNames } from "../experience-state.ts";
import { RowSet } from "../row-set.ts";
import type { StoredRows } from "../table.ts";
import { type FileFormat, type FormatUpgrade, upgradeFrom } from "./file-format.ts";
import type { FileSystem, OpenFile } from "./file-system.ts";
import type { JournalStart } from "./journal-scan.ts";
import {
  blockBytes,
  blockSum,
  sealSum,
  SnapshotHead,
  type SnapshotIndex,
  SnapshotSeal,
  type TableIndex,
} from "./snapshot-format.ts";
import { storageCorrupt, storageFailed } from "./storage-error.ts";

/** What a snapshot holds. */
export interface ReadSnapshot {
  readonly state: ExperienceState;
  readonly rows: number;
  /** Where the journal after it begins. */
  readonly start: JournalStart;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Reads a snapshot. Of the current format, rows stay bytes until they are asked for; older ones are
 * upgraded row by row.
 *
 * @throws SparkError `storage_corrupt` with the place, when a checksum does not match.
 */
export async function readSnapshot(
  fileSystem: FileSystem,
  path: string,
  format: FileFormat,
): Promise<ReadSnapshot> {
  const { bytes, sums } = await readBlocks(fileSystem, path);
  const { index: indexAt } = checkedSeal(bytes, sums, path);
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
  return { state, rows, start: { sequence, previous }, bytes: bytes.length };
}

/** The whole file with the checksum of each block, which is taken while the next one is on its way. */
async function readBlocks(
  fileSystem: FileSystem,
  path: string,
): Promise<{ readonly bytes: Buffer; readonly sums: readonly string[] }> {
  try {
    const file = await fileSystem.open(path, "r");
    try {
      const size = await file.size();
      const bytes = Buffer.allocUnsafeSlow(size);
      const sums: string[] = [];
      let coming = readBlock(file, bytes, 0);
      for (let at = 0; at < size; at += blockBytes) {
        await coming;
        coming = readBlock(file, bytes, at + blockBytes);
        sums.push(blockSum(bytes.subarray(at, at + blockBytes)));
      }
      await coming;
      return { bytes, sums };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw storageFailed("Reading", path, error);
  }
}

async function readBlock(file: OpenFile, bytes: Buffer, from: number): Promise<void> {
  const until = Math.min(from + blockBytes, bytes.length);
  for (let at = from; at < until;) {
    const { bytesRead } = await file.read(bytes.subarray(at, until), at);
    if (bytesRead === 0) throw new Error(`it ended at byte ${at} of ${bytes.length}`);
    at += bytesRead;
  }
}

/** The seal, when every checksum is as it says. The blocks before its own are known from `sums`. */
function checkedSeal(bytes: Buffer, sums: readonly string[], path: string): SnapshotSeal {
  const sealAt = bytes.lastIndexOf("\n", -2) + 1;
  const { data: seal } = SnapshotSeal.safeParse(tryParse(bytes, sealAt));
  if (!seal || sealSum(seal) !== seal.sum || seal.blocks.length !== Math.ceil(sealAt / blockBytes)) {
    throw storageCorrupt({
      path,
      offset: sealAt,
      reason: "its seal is not whole",
      soundBefore: 0,
      soundAfter: 0,
    });
  }
  for (const [n, sum] of seal.blocks.entries()) {
    const from = n * blockBytes;
    const until = Math.min(from + blockBytes, sealAt);
    const found = until < sealAt ? sums[n] : blockSum(bytes.subarray(from, until));
    if (found === sum) continue;
    throw storageCorrupt({
      path,
      offset: from,
      reason: `the checksum of the ${until - from} bytes from there does not match`,
      soundBefore: linesIn(bytes, 0, from),
      soundAfter: linesIn(bytes, until, sealAt),
    });
  }
  return seal;
}

function storedRows(
  bytes: Buffer,
  { keys, lengths, facets }: TableIndex,
  from: number,
): { readonly rows: StoredRows; readonly end: number } {
  const starts = new Float64Array(keys.length);
  let at = from;
  for (let number = 0; number < keys.length; number += 1) {
    starts[number] = at;
    if (keys[number] !== null) at += (lengths[number] ?? 0) + 1;
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
