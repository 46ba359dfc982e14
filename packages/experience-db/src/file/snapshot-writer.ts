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
      for (const stride of stridesOf(cut, formatVersion)) {
        await writeAll(file, stride);
        size += stride.length;
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

/** Bytes of one write: so much that the system is asked to do it, and others get their turn meanwhile. */
const strideBytes = 8 * blockBytes;

/** The bytes of a snapshot in strides of whole blocks, and the rest of it with its seal. */
function* stridesOf(cut: StateCut, formatVersion: number): Generator<Uint8Array, void, undefined> {
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
    if (bytes < strideBytes) continue;
    const whole = Buffer.concat(gathered);
    const stride = whole.subarray(0, whole.length - (whole.length % blockBytes));
    addBlocks(sealing, stride);
    yield stride;
    gathered = [whole.subarray(stride.length)];
    bytes = whole.length - stride.length;
  }
  const last = Buffer.concat(gathered);
  addBlocks(sealing, last);
  yield Buffer.concat([last, lineOf(JSON.stringify(sealing.seal(index)))]);
}

function addBlocks(sealing: Sealing, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += blockBytes) sealing.add(bytes.subarray(at, at + blockBytes));
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
