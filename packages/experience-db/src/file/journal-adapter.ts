import type { SparkError } from "@spark/graph";
import type { Adapter } from "lowdb";
import type { ExperienceState } from "../experience-state.ts";
import type { StoreChange } from "../store-change.ts";
import type { FileFormat } from "./file-format.ts";
import type { FileSystem } from "./file-system.ts";
import { Journal } from "./journal.ts";
import { recover, type RecoveryReport } from "./recovery.ts";
import type { SealedFile } from "./sealed-file.ts";
import { type StateCut, writeSnapshot } from "./snapshot-writer.ts";
import { storageFailed } from "./storage-error.ts";
import { listFiles, snapshotPath } from "./store-files.ts";

/** How a {@link JournalAdapter} keeps its files. */
export interface JournalOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly format: FileFormat;
  /** A journal is folded into a snapshot when it is longer than this and than the last snapshot. */
  readonly compactAfterBytes: number;
  /** Whether journals and snapshots are kept when a newer snapshot has made them superfluous. */
  readonly keepHistory: boolean;
  onCompactionFailed(error: SparkError): void;
}

interface Opened {
  readonly state: ExperienceState;
  readonly journal: Journal;
  readonly report: RecoveryReport;
}

/** Somebody who waits for a compaction. */
interface Asked {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets lowdb hold the state while only changes reach the disk: `read` is the snapshot and the journal after
 * it, `write` appends what was staged.
 */
export class JournalAdapter implements Adapter<ExperienceState> {
  readonly #options: JournalOptions;
  #opened: Opened | undefined;
  #staged: StoreChange[] = [];
  /** Writes take turns. */
  #turn = Promise.resolve();
  /** The one it was opened with: rows that nobody has asked for yet are read from it. */
  #snapshot: SealedFile | undefined;
  /** Of the last one that was written or read. */
  #snapshotBytes = 0;
  /** Under way; never rejects. */
  #compaction: Promise<void> | undefined;
  #asked: Asked[] = [];

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** What `read` found; `undefined` before and after. */
  get opened(): Opened | undefined {
    return this.#opened;
  }

  async read(): Promise<ExperienceState> {
    const { folder, fileSystem, format, keepHistory } = this.#options;
    const files = await listFiles(fileSystem, folder);
    const recovered = await recover(fileSystem, { folder, files, format });
    const { state, report, snapshot } = recovered;
    this.#snapshot = snapshot;
    this.#snapshotBytes = snapshot?.bytes ?? 0;
    const place = { folder, fileSystem, formatVersion: format.version };
    this.#opened = { state, report, journal: await Journal.open(place, recovered) };
    await this.#remove([...files.temporary, ...(keepHistory ? [] : recovered.superfluous)]);
    if (recovered.journal.formatVersion !== format.version) await this.compact();
    return state;
  }

  /** Notes changes that the state has taken in; the next `write` makes them durable. */
  stage(changes: readonly StoreChange[]): void {
    this.#staged.push(...changes);
  }

  /** Resolves when what was staged is on the disk. */
  write(): Promise<void> {
    const { state, journal } = this.#opened ?? {};
    if (!state || !journal) return Promise.resolve();
    const changes = this.#staged.splice(0);
    const cut = this.#isCompactionDue(journal) ? { tables: state.cut(), after: state.changes } : undefined;
    const written = this.#turn.then(async () => {
      await journal.append(changes);
      // The state may have been ahead of the journal; then the next write has another cut.
      if (cut?.after === journal.next.sequence) await this.#beginCompaction(cut.tables, journal);
    });
    this.#turn = written.catch((error: unknown) => {
      for (const { reject } of this.#asked.splice(0)) reject(error);
    });
    return written;
  }

  /** Folds the journal into a snapshot now. */
  async compact(): Promise<void> {
    await this.#compaction;
    const folded = new Promise<void>((resolve, reject) => {
      this.#asked.push({ resolve, reject });
    });
    this.write().catch(() => {});
    await folded;
  }

  /** Runs a task while no file is replaced or removed. */
  async whileStill<Result>(task: () => Promise<Result>): Promise<Result> {
    while (this.#compaction) await this.#compaction;
    const result = task();
    this.#hold(result);
    return result;
  }

  async close(): Promise<void> {
    await this.#turn;
    while (this.#compaction) await this.#compaction;
    const [journal, snapshot] = [this.#opened?.journal, this.#snapshot];
    this.#opened = undefined;
    this.#snapshot = undefined;
    try {
      await journal?.close();
    } finally {
      await snapshot?.close();
    }
  }

  #isCompactionDue(journal: Journal): boolean {
    if (this.#compaction) return false;
    const limit = Math.max(this.#options.compactAfterBytes, this.#snapshotBytes);
    return this.#asked.length > 0 || journal.length > limit;
  }

  /** New changes go to a new journal while the snapshot of those before it is written. */
  async #beginCompaction(tables: StateCut["tables"], journal: Journal): Promise<void> {
    if (this.#compaction) return;
    const asked = this.#asked.splice(0);
    const start = journal.next;
    const rotated = journal.rotate();
    const folded = rotated
      .then(() => this.#fold({ tables, start }, journal.generation))
      .then(
        () => {
          for (const { resolve } of asked) resolve();
        },
        (error: unknown) => {
          for (const { reject } of asked) reject(error);
          this.#options.onCompactionFailed(error as SparkError);
        },
      );
    this.#hold(folded);
    await rotated.catch(() => {});
  }

  /** Until the snapshot is whole, all journals count; only then the older files go. */
  async #fold(cut: StateCut, generation: number): Promise<void> {
    const { folder, fileSystem, format, keepHistory } = this.#options;
    const path = snapshotPath(folder, generation);
    const target = { path, folder, formatVersion: format.version };
    try {
      this.#snapshotBytes = await writeSnapshot(fileSystem, cut, target);
    } catch (error) {
      throw storageFailed("Writing the snapshot", path, error);
    }
    if (keepHistory) return;
    const { journals, snapshots } = await listFiles(fileSystem, folder);
    const older = [...journals, ...snapshots].filter((file) => file.generation < generation);
    await this.#remove(older.map((file) => file.path));
  }

  /** Lets no compaction begin before the task is over. */
  #hold(task: Promise<unknown>): void {
    const held = task.then(
      () => {},
      () => {},
    );
    this.#compaction = held;
    void held.then(() => {
      this.#compaction = undefined;
    });
  }

  async #remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await this.#options.fileSystem.unlink(path).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
        throw storageFailed("Removing a file that is not needed any more", path, error);
      });
    }
  }
}
