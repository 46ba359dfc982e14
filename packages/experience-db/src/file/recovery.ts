import { SparkError } from "@spark/graph";
import { ExperienceState } from "../experience-state.ts";
import type { FileFormat } from "./file-format.ts";
import type { FileSystem } from "./file-system.ts";
import { firstSum } from "./journal-line.ts";
import { replayJournal, type TornTail } from "./journal-replay.ts";
import type { JournalStart } from "./journal-scan.ts";
import { readSnapshot } from "./snapshot-reader.ts";
import type { SealedFile } from "./sealed-file.ts";
import { storageFailed } from "./storage-error.ts";
import { journalPath, snapshotPath, type StoreFile, type StoreFiles } from "./store-files.ts";

/** What opening a store found. */
export interface RecoveryReport {
  readonly snapshotRows: number;
  /** Changes that the snapshot stands for. */
  readonly snapshotChanges: number;
  /** Changes that were read from journals after it. */
  readonly changes: number;
  /** What was cut off, where a process had died in the middle of a write. */
  readonly torn?: TornTail;
}

/** What was kept, and where to go on. */
export interface Recovered {
  readonly state: ExperienceState;
  readonly next: JournalStart;
  /** The journal to go on with; `length` 0 means that it has to be made. */
  readonly journal: StoreFile & { readonly length: number; readonly formatVersion: number };
  /** Open: the state reads rows from it. */
  readonly snapshot: SealedFile | undefined;
  readonly report: RecoveryReport;
  /** Files of earlier generations, which the snapshot has made superfluous. */
  readonly superfluous: readonly string[];
}

/**
 * Reads what a folder keeps: the newest snapshot and the journals after it. Changes nothing.
 *
 * @throws SparkError `storage_corrupt` with the place, where what was acknowledged is damaged.
 */
export async function recover(
  fileSystem: FileSystem,
  options: { readonly folder: string; readonly files: StoreFiles; readonly format: FileFormat },
): Promise<Recovered> {
  const { folder, files, format } = options;
  const snapshot = files.snapshots.at(-1);
  const generation = snapshot?.generation ?? 1;
  const journals = files.journals.filter((file) => file.generation >= generation);
  refuseMissing(journals, { folder, generation, isNew: files.journals.length === 0 && !snapshot });

  const read = snapshot && (await readSnapshot(fileSystem, { path: snapshot.path, format }));
  try {
    const replayed = await replayAll(fileSystem, journals, {
      state: read?.state ?? new ExperienceState(),
      start: read?.start ?? { sequence: 0, previous: firstSum },
      format,
    });
    const fresh = {
      path: journalPath(folder, generation),
      generation,
      length: 0,
      formatVersion: format.version,
    };
    return {
      ...replayed,
      journal: replayed.journal ?? fresh,
      report: { snapshotRows: read?.rows ?? 0, ...replayed.report },
      snapshot: read?.file,
      superfluous: [...files.snapshots, ...files.journals]
        .filter((file) => file.generation < generation)
        .map(({ path }) => path),
    };
  } catch (error) {
    await read?.file.close();
    throw error;
  }
}

/** Applies what the journals hold to what the snapshot before them says. */
async function replayAll(
  fileSystem: FileSystem,
  journals: readonly StoreFile[],
  {
    state,
    start,
    format,
  }: Pick<Recovered, "state"> & { readonly start: JournalStart; readonly format: FileFormat },
) {
  let next = start;
  let changes = 0;
  let journal: Recovered["journal"] | undefined;
  let torn: TornTail | undefined;
  for (const file of journals) {
    const replayed = replayJournal(await readWhole(fileSystem, file.path), {
      path: file.path,
      start: next,
      format,
      isLast: file === journals.at(-1),
      take: (change) => state.apply(change),
    });
    ({ next, torn } = replayed);
    changes += replayed.changes;
    journal = { ...file, length: replayed.length, formatVersion: replayed.formatVersion };
  }
  return {
    state,
    next,
    journal,
    report: { snapshotChanges: start.sequence, changes, ...(torn && { torn }) },
  };
}

/** The whole of a file. */
export async function readWhole(fileSystem: FileSystem, path: string): Promise<Buffer> {
  try {
    return await fileSystem.readFile(path);
  } catch (error) {
    throw storageFailed("Reading", path, error);
  }
}

/** Journals are numbered without gaps from the snapshot on. */
function refuseMissing(
  journals: readonly StoreFile[],
  expected: { readonly folder: string; readonly generation: number; readonly isNew: boolean },
): void {
  if (expected.isNew) return;
  const count = Math.max(1, (journals.at(-1)?.generation ?? 0) - expected.generation + 1);
  for (let n = 0; n < count; n += 1) {
    const generation = expected.generation + n;
    if (journals[n]?.generation === generation) continue;
    throw missing(generation, { folder: expected.folder, first: journals[0]?.generation });
  }
}

/** Before the first journal there is nothing to go on from but the snapshot that it was begun with. */
function missing(
  generation: number,
  { folder, first }: { readonly folder: string; readonly first: number | undefined },
): SparkError {
  const path = journalPath(folder, generation);
  const isBegun = generation === 1 && first !== undefined && first > 1;
  const what = isBegun
    ? `${path} is missing, and so is ${snapshotPath(folder, first)}, which would stand for it. Restore the ` +
      `snapshot, or every journal before it, from a backup.`
    : `${path} is missing. Restore it from a backup.`;
  return new SparkError("storage_corrupt", what, { details: { path, generation } });
}
