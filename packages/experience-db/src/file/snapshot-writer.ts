import { type TableName, tableNames } from "../experience-state.ts";
import type { StoredRows } from "../table.ts";
import { type FileSystem, syncFolder, writeAll } from "./file-system.ts";
import type { JournalStart } from "./journal-scan.ts";
import type { SnapshotHead } from "./snapshot-head.ts";
import { indexLines } from "./snapshot-index.ts";
import { blockBytes, Sealing } from "./snapshot-seal.ts";
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
  const sealing = new Sealing();
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  let end = 0;
  let index = 0;
  for (const { line, isIndex } of linesOf(cut, formatVersion)) {
    if (isIndex && index === 0) index = end;
    end += line.length;
    bytes += line.length;
    gathered.push(line);
    if (bytes < blockBytes) continue;
    let rest = Buffer.concat(gathered);
    for (; rest.length >= blockBytes; rest = rest.subarray(blockBytes)) {
      const block = rest.subarray(0, blockBytes);
      sealing.add(block);
      yield block;
    }
    gathered = [rest];
    bytes = rest.length;
  }
  const last = Buffer.concat(gathered);
  if (last.length > 0) sealing.add(last);
  yield Buffer.concat([last, lineOf(JSON.stringify(sealing.seal(index)))]);
}

interface SnapshotLine {
  readonly line: Uint8Array;
  readonly isIndex: boolean;
}

function* linesOf(
  { tables, start }: StateCut,
  formatVersion: number,
): Generator<SnapshotLine, void, undefined> {
  const head: SnapshotHead = { format: "spark-experience-snapshot", formatVersion, ...start };
  yield { line: lineOf(JSON.stringify(head)), isIndex: false };
  const lengths = {} as Record<TableName, number[]>;
  for (const name of tableNames) {
    const { count, bytes } = tables[name];
    lengths[name] = [];
    for (let number = 0; number < count; number += 1) {
      const row = bytes(number);
      lengths[name].push(row.length);
      if (row.length > 0) yield { line: lineOf(row), isIndex: false };
    }
  }
  for (const name of tableNames) {
    for (const line of indexLines(name, tables[name], lengths[name])) {
      yield { line: lineOf(line), isIndex: true };
    }
  }
}

function lineOf(content: string | Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(content as string), Buffer.from("\n")]);
}
