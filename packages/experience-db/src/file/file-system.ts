import { fstatSync, readSync, writeSync } from "node:fs";
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";

/** What the file store needs of an open file. */
export interface OpenFile {
  /** Writes at the file's end; `bytesWritten` may be less than asked for. */
  write(data: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  /** Fills `target` from `position` on; `bytesRead` may be less than there is room for. */
  read(target: Uint8Array, position: number): Promise<{ readonly bytesRead: number }>;
  /** The same at once, and how many bytes were read. */
  readSync(target: Uint8Array, position: number): number;
  /** Returns when what was written is on the disk. */
  datasync(): Promise<void>;
  /** The same, with the file's metadata; for folders, with the names in it. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  /** Whether the file can still be found under some name. */
  isLinked(): boolean;
  close(): Promise<void>;
}

/** The part of `node:fs/promises` the file store lives on, so that its failures can be tried out. */
export interface FileSystem {
  /** Flags as in Node: `a` to append, `wx` to create what must not be there, `r` to read. */
  open(path: string, flags: "a" | "wx" | "r"): Promise<OpenFile>;
  readFile(path: string): Promise<Buffer>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; refused when the name is taken. */
  link(path: string, name: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
}

/** The real one. */
export const nodeFileSystem: FileSystem = {
  open: async (path, flags) => openFile(await open(path, flags)),
  readFile,
  rename,
  link,
  unlink,
  readdir,
  mkdir,
};

/** Up to so many bytes, copying them to the system's cache is quicker than asking another thread to. */
const smallWrite = 64 * 1024;

function openFile(handle: FileHandle): OpenFile {
  return {
    write: async (data) =>
      data.length <= smallWrite ? { bytesWritten: writeSync(handle.fd, data) } : handle.write(data),
    readSync: (target, position) => readSync(handle.fd, target, 0, target.length, position),
    read: (target, position) => handle.read(target, 0, target.length, position),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    truncate: (length) => handle.truncate(length),
    size: async () => (await handle.stat()).size,
    isLinked: () => fstatSync(handle.fd).nlink > 0,
    close: () => handle.close(),
  };
}

/** Makes the names in a folder durable: those that were added, renamed or removed. */
export async function syncFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  const handle = await fileSystem.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all of it, in as many pieces as the system takes. */
export async function writeAll(file: OpenFile, data: Uint8Array): Promise<void> {
  let rest = data;
  while (rest.length > 0) {
    const { bytesWritten } = await file.write(rest);
    rest = rest.subarray(bytesWritten);
  }
}
