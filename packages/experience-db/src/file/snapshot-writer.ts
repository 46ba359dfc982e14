import { type TableName, tableNames } from "../experience-state.ts";
import type { RowSet } from "../row-set.ts";
import type { StoredRows } from "../table.ts";
import { type FileSystem, syncFolder, writeAll } from "./file-system.ts";
import type { JournalStart } from "./journal-scan.ts";
import {
  blockBytes,
  blockSum,
  sealSum,
  type SnapshotHead,
  type SnapshotIndex,
  type SnapshotSeal,
  type TableIndex,
} from "./snapshot-format.ts";
import { temporaryPath } from "./store-files.ts";

/** All tables at one moment, and the place in the history that moment has. */
export interface StateCut {
  readonly tables: Readonly<Record<TableName, StoredRows>>;
  readonly start: JournalStart;
}

/** Where a snapshot goes. */
export interface SnapshotTarget {
  readonly path: string;
  readonly folder: string;
  readonly formatVersion: number;
}

/**
 * Writes a snapshot, block by block so that others get their turn, and gives it its name when all of it is
 * on the disk. Resolves with its size in bytes.
 */
export async function writeSnapshot(
  fileSystem: FileSystem,
  cut: StateCut,
  { path, folder, formatVersion }: SnapshotTarget,
): Promise<number> {
  const temporary = temporaryPath(path);
  let size = 0;
  try {
    const file = await fileSystem.open(temporary, "a");
    try {
      await file.truncate(0);
      for (const block of blocksOf(cut, formatVersion)) {
        await writeAll(file, block);
        size += block.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await fileSystem.rename(temporary, path);
  } catch (error) {
    await fileSystem.unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(fileSystem, folder);
  return size;
}

/** The bytes of a snapshot in blocks, and its seal. */
function* blocksOf(cut: StateCut, formatVersion: number): Generator<Uint8Array, void, undefined> {
  const blocks: string[] = [];
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  let end = 0;
  let index = 0;
  for (const line of linesOf(cut, formatVersion)) {
    index = end;
    end += line.length;
    bytes += line.length;
    gathered.push(line);
    if (bytes < blockBytes) continue;
    let rest = Buffer.concat(gathered);
    for (; rest.length >= blockBytes; rest = rest.subarray(blockBytes)) {
      const block = rest.subarray(0, blockBytes);
      blocks.push(blockSum(block));
      yield block;
    }
    gathered = [rest];
    bytes = rest.length;
  }
  const last = Buffer.concat(gathered);
  if (last.length > 0) blocks.push(blockSum(last));
  const seal: SnapshotSeal = { index, blocks, sum: sealSum({ index, blocks }) };
  yield Buffer.concat([last, lineOf(JSON.stringify(seal))]);
}

function* linesOf(
  { tables, start }: StateCut,
  formatVersion: number,
): Generator<Uint8Array, void, undefined> {
  const head: SnapshotHead = { format: "spark-experience-snapshot", formatVersion, ...start };
  yield lineOf(JSON.stringify(head));
  const lengths = {} as Record<TableName, number[]>;
  for (const name of tableNames) {
    const { keys, bytes } = tables[name];
    lengths[name] = [];
    for (const [number, key] of keys.entries()) {
      const row = key === null ? undefined : bytes(number);
      lengths[name].push(row?.length ?? 0);
      if (row) yield lineOf(row);
    }
  }
  const indexes = tableNames.map((name): [TableName, TableIndex] => [
    name,
    { keys: tables[name].keys, lengths: lengths[name], facets: facetsOf(tables[name].facets) },
  ]);
  yield lineOf(JSON.stringify(Object.fromEntries(indexes) as SnapshotIndex));
}

function facetsOf(facets: ReadonlyMap<string, RowSet>): TableIndex["facets"] {
  return Object.fromEntries(
    [...facets].map(([facet, rows]) => {
      const chunks = rows
        .copyChunks()
        .flatMap((chunk, index) => (chunk ? [[index, [...chunk]] as const] : []));
      return [facet, Object.fromEntries(chunks)];
    }),
  );
}

function lineOf(content: string | Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(content as string), Buffer.from("\n")]);
}
