import { SparkError } from "@spark/graph";

const advice: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: free some space",
  EDQUOT: "The disk quota is used up: free some space",
  EACCES: "There is no permission: let this user write to the folder",
  EPERM: "There is no permission: let this user write to the folder",
  EROFS: "The file system is read-only: use another folder, or mount it for writing",
  ENOENT: "The folder or a file in it has vanished: bring it back, or close the store and open it again",
  ENOTDIR: "A part of the path is no folder: check the path",
  EMFILE: "Too many files are open: raise the limit",
  EIO: "The disk reports an error: check the disk",
};

/** A failure of the file system as an error that says what was tried, where, and what to do. */
export function storageFailed(doing: string, path: string, cause: unknown): SparkError {
  const { code, message } = cause as { code?: string; message?: string };
  const hint = advice[code ?? ""] ?? "Check the disk and the path";
  return new SparkError("storage_failed", `${doing} failed at ${path} (${message ?? code}). ${hint}.`, {
    cause,
    details: { path, code },
  });
}

/** Where a file is damaged, and what around the damage is sound. */
export interface Damage {
  readonly path: string;
  /** Byte position from 0. */
  readonly offset: number;
  /** From 1; absent in a file that is not made of lines there. */
  readonly line?: number;
  readonly reason: string;
  /** How many entries before the damage are sound. */
  readonly soundBefore: number;
  /** How many after it can be read, each by itself. */
  readonly soundAfter: number;
}

/**
 * The refusal to open a damaged store: better no start than a start without what was promised. Only what is read
 * line by line can be cut: a snapshot is sealed as a whole.
 */
export function storageCorrupt(damage: Damage): SparkError {
  const { path, offset, line, reason, soundBefore, soundAfter } = damage;
  const cut = line === undefined ? "" : ", or cut it before that line to go on without the rest";
  const place = line === undefined ? `byte ${offset}` : `line ${line} (byte ${offset})`;
  return new SparkError(
    "storage_corrupt",
    `${path} is damaged at ${place}: ${reason}. ${soundBefore} entries before it and ${soundAfter} after it ` +
      `are sound. Restore the file from a backup${cut}.`,
    { details: { ...damage } },
  );
}
