import { join } from "node:path";
import type { FileSystem } from "./file-system.ts";
import { storageFailed } from "./storage-error.ts";

/** A journal or a snapshot and the generation it is of: snapshot `n` holds all that is before journal `n`. */
export interface StoreFile {
  readonly path: string;
  readonly generation: number;
}

/** What is in a store's folder. */
export interface StoreFiles {
  /** Oldest first. */
  readonly journals: readonly StoreFile[];
  readonly snapshots: readonly StoreFile[];
  /** What a process left unfinished. */
  readonly temporary: readonly string[];
}

export function journalPath(folder: string, generation: number): string {
  return join(folder, `journal-${String(generation).padStart(6, "0")}.jsonl`);
}

export function snapshotPath(folder: string, generation: number): string {
  return join(folder, `snapshot-${String(generation).padStart(6, "0")}.jsonl`);
}

/** The name a file has until it is whole. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`;
}

export async function listFiles(fileSystem: FileSystem, folder: string): Promise<StoreFiles> {
  const names = await fileSystem.readdir(folder).catch((error: unknown) => {
    throw storageFailed("Reading the folder", folder, error);
  });
  const filesNamed = (pattern: RegExp): StoreFile[] =>
    names
      .flatMap((name) => {
        const generation = pattern.exec(name)?.[1];
        return generation === undefined ? [] : [{ path: join(folder, name), generation: Number(generation) }];
      })
      .sort((a, b) => a.generation - b.generation);
  return {
    journals: filesNamed(/^journal-(\d+)\.jsonl$/),
    snapshots: filesNamed(/^snapshot-(\d+)\.jsonl$/),
    temporary: names.filter((name) => name.endsWith(".jsonl.tmp")).map((name) => join(folder, name)),
  };
}
