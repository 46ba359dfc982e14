import { isSparkError } from "@spark/graph";
import type { FileFormat } from "./file-format.ts";
import type { FileSystem } from "./file-system.ts";
import { firstSum } from "./journal-line.ts";
import { replayJournal } from "./journal-replay.ts";
import type { JournalStart } from "./journal-scan.ts";
import { readWhole } from "./recovery.ts";
import { readSnapshot } from "./snapshot-reader.ts";
import { type Damage, storageCorrupt } from "./storage-error.ts";
import { listFiles } from "./store-files.ts";

/** Whether what is on the disk is what was written. */
export type Verification =
  | {
      readonly ok: true;
      /** Changes whose checksums were followed, from the oldest journal that is kept. */
      readonly changes: number;
      /** Where that journal begins: 0 where the whole history is kept. */
      readonly from: number;
      /** Checksum of the last change. It stands for all before it: note it elsewhere to prove them later. */
      readonly head: string;
    }
  | { readonly ok: false; readonly damage: Damage };

/** What to check, and where the history has to end. */
export interface VerifyOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly format: FileFormat;
  readonly next: JournalStart;
}

/** Follows the chain of checksums through every file, from the disk. */
export async function verifyFolder(options: VerifyOptions): Promise<Verification> {
  try {
    return await follow(options);
  } catch (error) {
    if (isSparkError(error, "storage_corrupt"))
      return { ok: false, damage: error.details as unknown as Damage };
    throw error;
  }
}

async function follow({ folder, fileSystem, format, next: expected }: VerifyOptions): Promise<Verification> {
  // A change that is being written now may be cut off at the end; what was acknowledged may not.
  const { journals, snapshots } = await listFiles(fileSystem, folder);
  const starts = new Map<number, JournalStart>();
  for (const { path, generation } of snapshots) {
    const { start, file } = await readSnapshot(fileSystem, { path, format, thorough: true });
    await file.close();
    starts.set(generation, start);
  }
  const [oldest] = journals;
  const from = starts.get(oldest?.generation ?? 1) ?? { sequence: 0, previous: firstSum };
  let next = from;
  for (const { path, generation } of journals) {
    const snapshot = starts.get(generation) ?? next;
    if (snapshot.previous !== next.previous) {
      throw storageCorrupt({
        path,
        offset: 0,
        reason: "the snapshot before it does not follow from the journals before that",
        soundBefore: next.sequence - from.sequence,
        soundAfter: 0,
      });
    }
    const bytes = await readWhole(fileSystem, path);
    const isLast = generation === journals.at(-1)?.generation;
    ({ next } = replayJournal(bytes, { path, start: next, format, isLast, take: () => {} }));
  }
  if (next.sequence < expected.sequence) {
    throw storageCorrupt({
      path: journals.at(-1)?.path ?? folder,
      offset: 0,
      reason: `it ends at change ${next.sequence}, and ${expected.sequence} were acknowledged`,
      soundBefore: next.sequence,
      soundAfter: 0,
    });
  }
  return { ok: true, changes: next.sequence - from.sequence, from: from.sequence, head: next.previous };
}
