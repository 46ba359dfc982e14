import { type Ids, SparkError, uniqueIds } from "@spark/graph";
import { Low } from "lowdb";
import { ExperienceState } from "../experience-state.ts";
import type { StoreChange } from "../store-change.ts";
import type { Store } from "../store.ts";
import { currentFormat, type FileFormat, upgrades } from "./file-format.ts";
import { type FileSystem, nodeFileSystem } from "./file-system.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { JournalAdapter } from "./journal-adapter.ts";
import { type ProcessTable, systemProcesses } from "./process-identity.ts";
import type { RecoveryReport } from "./recovery.ts";
import { storageFailed } from "./storage-error.ts";
import { type Verification, verifyFolder } from "./verify.ts";

/** How a {@link FileStore} keeps its folder. */
export interface FileStoreOptions {
  /** Made where it does not exist. One process uses it at a time. */
  readonly folder: string;
  /**
   * Bytes of journal from which it is folded into a snapshot, in the background; the last snapshot's size
   * where that is more, so that the work for each change stays the same however much there is.
   *
   * @defaultValue 8 MiB
   */
  readonly compactAfterBytes?: number;
  /**
   * Keep journals and snapshots for ever, so that `verify` can follow the history to its beginning. The
   * folder then grows with every change and every snapshot.
   *
   * @defaultValue false
   */
  readonly keepHistory?: boolean;
  /** Told when a snapshot could not be written. Nothing is lost: the journal goes on, and grows. */
  readonly onCompactionFailed?: (error: SparkError) => void;
  readonly fileSystem?: FileSystem;
  readonly processes?: ProcessTable;
  readonly ids?: Ids;
  readonly format?: FileFormat;
}

/**
 * Keeps everything in a folder: a change is acknowledged when the disk has it, whatever happens to the
 * process or the machine afterwards.
 *
 * lowdb holds the state in memory; what reaches the disk is one line for each change, appended to a journal
 * with its checksum, and now and then a snapshot of the whole. All files are text. The cost of a change does
 * not depend on how much is stored, and changes that are appended together share one flush.
 *
 * `load` throws `storage_locked` while another process has the folder, `storage_corrupt` where acknowledged
 * changes are damaged, `unsupported` for files of a newer package. After a failed flush every `append`
 * throws `storage_failed`, and what is in memory can still be read.
 */
export class FileStore implements Store {
  readonly #options: Required<FileStoreOptions>;
  readonly #adapter: JournalAdapter;
  readonly #low: Low<ExperienceState>;
  #lock: FolderLock | undefined;

  /** Throws `invalid_input` without a folder. */
  constructor(options: FileStoreOptions) {
    const { folder }: { readonly folder?: unknown } = options;
    if (typeof folder !== "string" || folder === "") {
      throw new SparkError(
        "invalid_input",
        `FileStore: expected \`folder\` to be the path of a folder, got ${JSON.stringify(folder)}.`,
      );
    }
    this.#options = {
      compactAfterBytes: 8 * 1024 * 1024,
      keepHistory: false,
      onCompactionFailed: () => {},
      fileSystem: nodeFileSystem,
      processes: systemProcesses,
      ids: uniqueIds,
      format: { version: currentFormat, upgrades },
      ...options,
    };
    this.#adapter = new JournalAdapter(this.#options);
    this.#low = new Low(this.#adapter, new ExperienceState());
  }

  async load(): Promise<ExperienceState> {
    if (this.#lock) throw new SparkError("illegal_state", "The store is open already. Close it first.");
    const { folder, fileSystem } = this.#options;
    try {
      await fileSystem.mkdir(folder, { recursive: true });
      this.#lock = await lockFolder(fileSystem, this.#options);
    } catch (error) {
      throw error instanceof SparkError ? error : storageFailed("Taking the lock", folder, error);
    }
    try {
      await this.#low.read();
    } catch (error) {
      await this.close();
      throw error;
    }
    return this.#low.data;
  }

  async append(changes: readonly StoreChange[]): Promise<void> {
    this.#refuseUnlessOpen();
    this.#adapter.stage(changes);
    await this.#low.write();
  }

  async close(): Promise<void> {
    try {
      await this.#adapter.close();
    } finally {
      await this.#release();
    }
  }

  /** What opening found: how much was read, and what of a broken-off write was cut away. */
  get recovery(): RecoveryReport {
    return this.#refuseUnlessOpen().report;
  }

  /** Folds the journal into a snapshot now; the next opening reads just that. */
  async compact(): Promise<void> {
    this.#refuseUnlessOpen();
    await this.#adapter.compact();
  }

  /** Reads everything back from the disk and follows its chain of checksums. */
  async verify(): Promise<Verification> {
    const { journal } = this.#refuseUnlessOpen();
    return this.#adapter.whileStill(() => verifyFolder({ ...this.#options, next: journal.next }));
  }

  #refuseUnlessOpen() {
    const { opened } = this.#adapter;
    if (opened) return opened;
    throw new SparkError(
      "illegal_state",
      "The store is not open. Call load() first, and nothing after close().",
    );
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }
}
