import { ExperienceState, type TableName, tableNames } from "../experience-state.ts";
import type { StoredRows } from "../table.ts";
import { type FileFormat, type FormatUpgrade, upgradeFrom } from "./file-format.ts";
import type { FileSystem } from "./file-system.ts";
import type { JournalStart } from "./journal-scan.ts";
import { SealedFile } from "./sealed-file.ts";
import { SnapshotHead } from "./snapshot-head.ts";
import { storedTables1 } from "./snapshot-index-1.ts";
import { storedTables } from "./snapshot-index.ts";

/** What a snapshot holds. */
export interface ReadSnapshot {
  readonly state: ExperienceState;
  readonly rows: number;
  /** Where the journal after it begins. */
  readonly start: JournalStart;
  /** Open; whoever has the state closes it at the end. */
  readonly file: SealedFile;
}

/** Which snapshot it is, and how closely it is looked at: see {@link SealedFile.check}. */
export interface SnapshotSource {
  readonly path: string;
  readonly format: FileFormat;
  readonly thorough?: boolean;
}

/**
 * Reads a snapshot. Every byte of it is checked. Of the current format rows stay on the disk until they are
 * asked for, and the file stays open for them; older ones are upgraded row by row.
 *
 * @throws SparkError `storage_corrupt` with the place, when a checksum does not match.
 */
export async function readSnapshot(fileSystem: FileSystem, source: SnapshotSource): Promise<ReadSnapshot> {
  const file = await SealedFile.open(fileSystem, source.path);
  try {
    await file.check({ thorough: source.thorough ?? false });
    return readFrom(file, source.format);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function readFrom(file: SealedFile, format: FileFormat): ReadSnapshot {
  const head = firstLine(file);
  const { formatVersion, sequence, previous } = SnapshotHead.parse(JSON.parse(head.toString()));
  const upgrade = upgradeFrom(formatVersion, format, file.path);
  const lines = linesOf(file.slice(file.seal.index, file.end));
  const from = head.length + 1;
  const tables = (formatVersion === 1 ? storedTables1 : storedTables)(file, { from, lines });
  const state =
    formatVersion === format.version
      ? new ExperienceState(tables, sequence)
      : upgradedState(tables, { changes: sequence, upgrade });
  const rows = tableNames.reduce((sum, name) => sum + state[name].size, 0);
  return { state, rows, start: { sequence, previous }, file };
}

function firstLine(file: SealedFile): Buffer {
  const beginning = file.slice(0, Math.min(file.end, file.seal.blockBytes));
  return beginning.subarray(0, beginning.indexOf("\n"));
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf("\n", at);
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

function upgradedState(
  tables: Readonly<Record<TableName, StoredRows>>,
  { changes, upgrade }: { readonly changes: number; readonly upgrade: FormatUpgrade },
): ExperienceState {
  const state = new ExperienceState(undefined, changes);
  for (const name of tableNames) {
    for (const [number, key] of tables[name].keys().entries()) {
      if (key === null) continue;
      const row: unknown = JSON.parse(Buffer.from(tables[name].bytes(number)).toString());
      state[name].putJson(upgrade.row(name, row));
    }
  }
  return state;
}
