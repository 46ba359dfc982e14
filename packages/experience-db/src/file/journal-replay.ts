import type { StoreChange } from "../store-change.ts";
import { type FileFormat, upgradeFrom } from "./file-format.ts";
import { JournalHeader } from "./journal-file.ts";
import { type JournalStart, scanJournal, soundLines } from "./journal-scan.ts";
import { type Damage, storageCorrupt } from "./storage-error.ts";

/** A tail that is cut off: the last flush of a process that died in it. */
export interface TornTail {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}

/** What a journal held. */
export interface ReplayedJournal {
  /** Where the history goes on after it. */
  readonly next: JournalStart;
  readonly changes: number;
  /** Bytes that are sound; 0 where not even the header is, so that the journal has to be made anew. */
  readonly length: number;
  readonly formatVersion: number;
  readonly torn?: TornTail;
}

/** Which journal it is, and who takes its changes. */
export interface ReplayOptions {
  readonly path: string;
  readonly start: JournalStart;
  readonly format: FileFormat;
  /** Only the last journal may have a torn tail. */
  readonly isLast: boolean;
  take(change: StoreChange): void;
}

/**
 * Reads a journal from its beginning.
 *
 * @throws SparkError `storage_corrupt` with the place, where what was acknowledged is damaged.
 */
export function replayJournal(bytes: Buffer, options: ReplayOptions): ReplayedJournal {
  const { path, start, format, isLast, take } = options;
  const headerEnd = bytes.indexOf("\n") + 1;
  const header = readHeader(bytes.subarray(0, headerEnd));
  if (!header) return withoutHeader(bytes, headerEnd, options);
  if (header.sequence !== start.sequence || header.previous !== start.previous) {
    const reason = `it goes on from change ${header.sequence}, and what is before it ends at ${start.sequence}`;
    const soundAfter = [...soundLines(bytes, headerEnd)].length;
    throw storageCorrupt({ path, offset: 0, line: 1, reason, soundBefore: 0, soundAfter });
  }
  const upgrade = upgradeFrom(header.formatVersion, format, path);
  let changes = 0;
  const damage = (offset: number, reason: string, soundAfter: number): Damage => ({
    path,
    offset,
    line: changes + 2,
    reason,
    soundBefore: changes,
    soundAfter,
  });
  const { next, end, rest } = scanJournal(bytes, {
    from: headerEnd,
    start,
    take({ payload }, offset) {
      try {
        take(upgrade.change(JSON.parse(payload)) as StoreChange);
      } catch (error) {
        throw storageCorrupt(damage(offset, `it cannot be applied (${(error as Error).message})`, 0));
      }
      changes += 1;
    },
  });
  if (rest.kind === "damaged") throw storageCorrupt(damage(end, rest.reason, rest.soundAfter));
  if (rest.kind === "torn" && !isLast) {
    throw storageCorrupt(damage(end, `${rest.reason}, though another journal goes on from it`, 0));
  }
  const replayed = { next, changes, length: end, formatVersion: header.formatVersion };
  if (rest.kind === "none") return replayed;
  return { ...replayed, torn: { path, offset: end, bytes: bytes.length - end, reason: rest.reason } };
}

/** A journal gets its header before its first line, so one without either was only being made. */
function withoutHeader(
  bytes: Buffer,
  headerEnd: number,
  { path, start, format, isLast }: ReplayOptions,
): ReplayedJournal {
  const reason = "it has no whole header";
  const soundAfter = [...soundLines(bytes, headerEnd)].length;
  if (soundAfter > 0 || !isLast) {
    throw storageCorrupt({ path, offset: 0, line: 1, reason, soundBefore: 0, soundAfter });
  }
  const fresh = { next: start, changes: 0, length: 0, formatVersion: format.version };
  return bytes.length === 0 ? fresh : { ...fresh, torn: { path, offset: 0, bytes: bytes.length, reason } };
}

function readHeader(line: Buffer): JournalHeader | undefined {
  try {
    return JournalHeader.safeParse(JSON.parse(line.toString())).data;
  } catch {
    return undefined;
  }
}
