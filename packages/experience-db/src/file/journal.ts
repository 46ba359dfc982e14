import { SparkError } from "@spark/graph";
import type { StoreChange } from "../store-change.ts";
import type { FileSystem } from "./file-system.ts";
import { JournalFile } from "./journal-file.ts";
import { encodeLine } from "./journal-line.ts";
import type { JournalStart } from "./journal-scan.ts";
import type { Recovered } from "./recovery.ts";
import { storageFailed } from "./storage-error.ts";
import { journalPath } from "./store-files.ts";

/** Where a journal lives. */
export interface JournalPlace {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly formatVersion: number;
}

/** The history of changes that grows at its end: a chain of lines over one file after the other. */
export class Journal {
  readonly #place: JournalPlace;
  #file: JournalFile;
  #generation: number;
  #next: JournalStart;
  #readOnly: SparkError | undefined;

  private constructor(place: JournalPlace, file: JournalFile, recovered: Recovered) {
    this.#place = place;
    this.#file = file;
    this.#generation = recovered.journal.generation;
    this.#next = recovered.next;
  }

  /** Goes on where recovery found the end, and cuts off a torn tail. */
  static async open(place: JournalPlace, recovered: Recovered): Promise<Journal> {
    const { path, length } = recovered.journal;
    const { folder, fileSystem, formatVersion } = place;
    try {
      const file =
        length > 0
          ? await JournalFile.reopen(fileSystem, path, length)
          : await JournalFile.create(fileSystem, { path, folder, start: recovered.next, formatVersion });
      return new Journal(place, file, recovered);
    } catch (error) {
      throw storageFailed("Opening the journal", path, error);
    }
  }

  /** All before it is on the disk. */
  get next(): JournalStart {
    return this.#next;
  }

  /** Of the file that is written to. */
  get generation(): number {
    return this.#generation;
  }

  /** Bytes of the file that is written to. */
  get length(): number {
    return this.#file.length;
  }

  /**
   * Appends changes with one flush.
   *
   * @throws SparkError `storage_failed`. Where the file is not certain to be as it was before, every later
   *   append is refused as well.
   */
  async append(changes: readonly StoreChange[]): Promise<void> {
    if (this.#readOnly) throw this.#readOnly;
    if (changes.length === 0) return;
    const first = this.#next.sequence;
    let next = this.#next;
    let text = "";
    for (const change of changes) {
      const line = encodeLine({ ...next, first }, JSON.stringify(change));
      next = { sequence: next.sequence + 1, previous: line.sum };
      text += line.text;
    }
    const failed = await this.#file.append(Buffer.from(text));
    if (!failed) {
      this.#next = next;
      return;
    }
    if (!failed.usable) this.#refuseFromNowOn(failed.error);
    throw failed.error;
  }

  /** Goes on in a new file of the next generation; where that cannot be made, in the old one. */
  async rotate(): Promise<void> {
    if (this.#readOnly) throw this.#readOnly;
    const { folder, fileSystem, formatVersion } = this.#place;
    const path = journalPath(folder, this.#generation + 1);
    const before = this.#file;
    try {
      this.#file = await JournalFile.create(fileSystem, { path, folder, start: this.#next, formatVersion });
    } catch (error) {
      const failure = storageFailed("Beginning a new journal", path, error);
      await fileSystem.unlink(path).catch(({ code }: NodeJS.ErrnoException) => {
        if (code !== "ENOENT") this.#refuseFromNowOn(failure);
      });
      throw failure;
    }
    this.#generation += 1;
    await before.close();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #refuseFromNowOn(cause: SparkError): void {
    this.#readOnly = new SparkError(
      "storage_failed",
      `The store in ${this.#place.folder} can only be read since a write failed: ${cause.message} Close the ` +
        "store and open it again; what was acknowledged will be there, the failed write may be.",
      { cause, details: { folder: this.#place.folder } },
    );
  }
}
