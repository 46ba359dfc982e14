import type { SparkError } from "@spark/graph";
import { z } from "zod";
import { type FileSystem, type OpenFile, syncFolder, writeAll } from "./file-system.ts";
import type { JournalStart } from "./journal-scan.ts";
import { storageFailed } from "./storage-error.ts";

/** The first line of a journal: where it goes on from, and in which format. */
export const JournalHeader = z.strictObject({
  format: z.literal("spark-experience-journal"),
  formatVersion: z.int().positive(),
  sequence: z.int().nonnegative(),
  previous: z.string(),
});
export type JournalHeader = z.infer<typeof JournalHeader>;

/** A write that is not on the disk: `usable` tells whether the file is as it was before. */
export interface FailedAppend {
  readonly error: SparkError;
  readonly usable: boolean;
}

/** A journal that is open for appending. */
export class JournalFile {
  readonly path: string;
  readonly #file: OpenFile;
  #length: number;

  private constructor(path: string, file: OpenFile, length: number) {
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Makes a new journal; it is on the disk with its name when this resolves. */
  static async create(
    fileSystem: FileSystem,
    { path, folder, start, formatVersion }: NewJournal,
  ): Promise<JournalFile> {
    const header: JournalHeader = { format: "spark-experience-journal", formatVersion, ...start };
    const data = Buffer.from(`${JSON.stringify(header)}\n`);
    const file = await fileSystem.open(path, "a");
    try {
      await file.truncate(0);
      await writeAll(file, data);
      await file.sync();
      await syncFolder(fileSystem, folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new JournalFile(path, file, data.length);
  }

  /** Goes on with a journal after its first `length` bytes; what is behind them is cut off. */
  static async reopen(fileSystem: FileSystem, path: string, length: number): Promise<JournalFile> {
    const file = await fileSystem.open(path, "a");
    try {
      if ((await file.size()) > length) {
        await file.truncate(length);
        await file.sync();
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    return new JournalFile(path, file, length);
  }

  /** Bytes that are on the disk. */
  get length(): number {
    return this.#length;
  }

  /** Appends and waits for the disk. Resolves with nothing when all is well. */
  async append(data: Uint8Array): Promise<FailedAppend | undefined> {
    try {
      await writeAll(this.#file, data);
    } catch (error) {
      const usable = await this.#file.truncate(this.#length).then(
        () => true,
        () => false,
      );
      return { error: storageFailed("Writing the journal", this.path, error), usable };
    }
    return this.#flush(data.length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /**
   * A flush that fails is not tried again: the system may have dropped what it could not write and report
   * success the second time.
   */
  async #flush(added: number): Promise<FailedAppend | undefined> {
    try {
      await this.#file.datasync();
      if (this.#file.isLinked()) {
        this.#length += added;
        return undefined;
      }
      const gone = Object.assign(new Error("the file was removed"), { code: "ENOENT" });
      return { error: storageFailed("Writing the journal", this.path, gone), usable: false };
    } catch (error) {
      return { error: storageFailed("Flushing the journal to the disk", this.path, error), usable: false };
    }
  }
}

/** Where a new journal goes and what it goes on from. */
export interface NewJournal {
  readonly path: string;
  readonly folder: string;
  readonly start: JournalStart;
  readonly formatVersion: number;
}
