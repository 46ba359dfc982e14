import { join } from "node:path";
import { type Ids, SparkError } from "@spark/graph";
import { type FileSystem, syncFolder, writeAll } from "./file-system.ts";
import { ProcessIdentity, type ProcessTable } from "./process-identity.ts";

/** The right to write in a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

const attempts = 20;

/**
 * Takes the lock of a folder.
 *
 * A lock is a file `lock-N.json` that names its holder. The lock of a process that is gone is not removed
 * but followed by the next number, which only one process can take: so two that find it at the same time
 * cannot take away each other's. Whoever then sees another living holder steps back.
 *
 * @throws SparkError `storage_locked` with the holder, when one lives or cannot be judged.
 */
export async function lockFolder(
  fileSystem: FileSystem,
  { folder, processes, ids }: LockOptions,
): Promise<FolderLock> {
  const self = processes.self();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await findLocks(fileSystem, folder);
    refuseLiving(found, folder, processes);
    const number = Math.max(0, ...found.map((lock) => lock.number)) + 1;
    const path = join(folder, `lock-${number}.json`);
    const draft = join(folder, `${ids.next("lock")}.draft`);
    if (!(await claim(fileSystem, { path, draft, self }))) continue;
    try {
      const others = (await findLocks(fileSystem, folder)).filter((lock) => lock.path !== path);
      refuseLiving(others, folder, processes);
      for (const other of others) await remove(fileSystem, other.path);
      await syncFolder(fileSystem, folder);
    } catch (error) {
      await remove(fileSystem, path);
      throw error;
    }
    return { release: () => remove(fileSystem, path) };
  }
  throw new SparkError(
    "storage_locked",
    `The lock of ${folder} changes hands all the time. Try again later.`,
  );
}

/** What is locked, among whom. */
export interface LockOptions {
  readonly folder: string;
  readonly processes: ProcessTable;
  readonly ids: Ids;
}

interface FoundLock {
  readonly path: string;
  readonly number: number;
  /** Absent where the file cannot be understood. */
  readonly holder?: ProcessIdentity;
}

async function findLocks(fileSystem: FileSystem, folder: string): Promise<readonly FoundLock[]> {
  const names = await fileSystem.readdir(folder);
  const locks = names.flatMap((name) => {
    const number = /^lock-(\d+)\.json$/.exec(name)?.[1];
    return number === undefined ? [] : [{ path: join(folder, name), number: Number(number) }];
  });
  const read = await Promise.all(
    locks.map(async (lock) => {
      const text = await readIfThere(fileSystem, lock.path);
      if (text === undefined) return [];
      const holder = ProcessIdentity.safeParse(parsed(text));
      return [holder.success ? { ...lock, holder: holder.data } : lock];
    }),
  );
  return read.flat();
}

function refuseLiving(locks: readonly FoundLock[], folder: string, processes: ProcessTable): void {
  for (const { path, holder } of locks) {
    const state = holder ? processes.state(holder) : "unknown";
    if (state === "gone") continue;
    const who = holder ? `process ${holder.pid} on ${holder.host}` : "somebody who did not leave a name";
    const advice =
      state === "running"
        ? "Close the store there, or use another folder"
        : `If that process is gone, remove ${path}`;
    throw new SparkError("storage_locked", `${folder} is in use by ${who}. ${advice}.`, {
      details: { folder, path, ...holder },
    });
  }
}

/** The file appears with its content, or not at all. */
async function claim(
  fileSystem: FileSystem,
  { path, draft, self }: { readonly path: string; readonly draft: string; readonly self: ProcessIdentity },
): Promise<boolean> {
  const file = await fileSystem.open(draft, "wx");
  try {
    await writeAll(file, Buffer.from(`${JSON.stringify(self)}\n`));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await fileSystem.link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await remove(fileSystem, draft);
  }
}

async function readIfThere(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await fileSystem.readFile(path)).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function remove(fileSystem: FileSystem, path: string): Promise<void> {
  await fileSystem.unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
