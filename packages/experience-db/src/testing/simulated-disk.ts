import { dirname, basename } from "node:path";
import type { Random } from "@spark/graph";
import type { FileSystem, OpenFile } from "../file/file-system.ts";

/** One thing a disk is asked to do. */
export interface DiskOperation {
  readonly kind: "open" | "write" | "read" | "sync" | "truncate" | "rename" | "link" | "unlink" | "readdir";
  readonly path: string;
  /** How many operations came before, those of every kind. */
  readonly count: number;
}

/** What goes wrong: an error of the system, or a write that takes only so many bytes (where more than 0). */
export interface DiskFault {
  readonly code: string;
  readonly bytesWritten?: number;
}

interface Inode {
  /** What the processes see. */
  data: Buffer;
  /** What a loss of power leaves for certain. */
  durable: Buffer;
}

/**
 * A disk in memory that forgets what was not flushed, as a real one does when the power goes, and fails when
 * told to. Names and contents are flushed apart: a file's by its own flush, its name by its folder's.
 */
export class SimulatedDisk implements FileSystem {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  readonly #folders = new Set<string>();
  #count = 0;
  #on = true;
  /** Asked before every operation. */
  faultAt: (operation: DiskOperation) => DiskFault | undefined = () => undefined;

  /** How many operations there were. */
  get operations(): number {
    return this.#count;
  }

  /** From now on nothing works, until {@link SimulatedDisk.restart}. */
  cutPower(): void {
    this.#on = false;
  }

  /**
   * The disk after the power came back: of what was not flushed, chance decides what has survived. Pages of
   * 64 bytes reach the disk in any order, so a later part may be there and an earlier one not.
   */
  restart(random: Random): void {
    this.#on = true;
    const names = new Map<string, Inode>();
    for (const path of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const [now, flushed] = [this.#names.get(path), this.#durableNames.get(path)];
      const inode = now === flushed || random() < 0.5 ? now : flushed;
      if (inode) names.set(path, inode);
    }
    for (const inode of new Set(names.values())) {
      const survived = survivors(inode, random);
      inode.data = survived;
      inode.durable = survived;
    }
    this.#names = names;
    this.#durableNames = new Map(names);
  }

  /** The bytes of a file as the processes see them. */
  contents(path: string): Buffer {
    return Buffer.from(this.#inode(path).data);
  }

  /** Puts a file there, flushed, whatever was there before. */
  place(path: string, data: Uint8Array): void {
    const inode = { data: Buffer.from(data), durable: Buffer.from(data) };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
    this.#folders.add(dirname(path));
  }

  /** Changes a file where it lies, as a disk does that goes bad: whoever has it open sees it too. */
  rot(path: string, edit: (data: Buffer) => Buffer): void {
    const inode = this.#inode(path);
    inode.data = edit(Buffer.from(inode.data));
    inode.durable = inode.data;
  }

  /** All paths, in order. */
  get paths(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  async open(path: string, flags: "a" | "wx" | "r"): Promise<OpenFile> {
    this.#begin("open", path);
    if (this.#folders.has(path)) return this.#folder(path);
    const known = this.#names.get(path);
    if (flags === "wx" && known) throw systemError("EEXIST", path);
    if (flags === "r" && !known) throw systemError("ENOENT", path);
    if (!this.#folders.has(dirname(path))) throw systemError("ENOENT", path);
    const inode = known ?? { data: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#names.set(path, inode);
    return this.#file(path, inode);
  }

  async readFile(path: string): Promise<Buffer> {
    this.#begin("read", path);
    return this.contents(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#begin("rename", from);
    this.#names.set(to, this.#inode(from));
    this.#names.delete(from);
  }

  async link(path: string, name: string): Promise<void> {
    this.#begin("link", path);
    if (this.#names.has(name)) throw systemError("EEXIST", name);
    this.#names.set(name, this.#inode(path));
  }

  async unlink(path: string): Promise<void> {
    this.#begin("unlink", path);
    this.#inode(path);
    this.#names.delete(path);
  }

  async readdir(path: string): Promise<string[]> {
    this.#begin("readdir", path);
    if (!this.#folders.has(path)) throw systemError("ENOENT", path);
    return [...this.#names.keys()].filter((name) => dirname(name) === path).map((name) => basename(name));
  }

  async mkdir(path: string): Promise<void> {
    this.#folders.add(path);
  }

  #folder(path: string): OpenFile {
    const nothing = async (): Promise<never> => Promise.reject(systemError("EISDIR", path));
    return {
      write: nothing,
      read: nothing,
      readSync: () => {
        throw systemError("EISDIR", path);
      },
      datasync: nothing,
      truncate: nothing,
      size: nothing,
      isLinked: () => true,
      sync: async () => {
        this.#begin("sync", path);
        for (const names of [this.#names, this.#durableNames]) {
          for (const name of names.keys()) {
            if (dirname(name) !== path) continue;
            const inode = this.#names.get(name);
            if (inode) this.#durableNames.set(name, inode);
            else this.#durableNames.delete(name);
          }
        }
      },
      close: async () => {},
    };
  }

  #file(path: string, inode: Inode): OpenFile {
    const flush = async (): Promise<void> => {
      this.#begin("sync", path);
      inode.durable = Buffer.from(inode.data);
    };
    return {
      write: async (data) => {
        const fault = this.#begin("write", path, data);
        const taken = data.subarray(0, fault?.bytesWritten ?? data.length);
        inode.data = Buffer.concat([inode.data, taken]);
        return { bytesWritten: taken.length };
      },
      read: async (target, position) => ({ bytesRead: this.#read(path, inode, { target, position }) }),
      readSync: (target, position) => this.#read(path, inode, { target, position }),
      datasync: flush,
      sync: flush,
      truncate: async (length) => {
        this.#begin("truncate", path);
        inode.data = Buffer.from(inode.data.subarray(0, length));
      },
      size: async () => inode.data.length,
      isLinked: () => [...this.#names.values()].includes(inode),
      close: async () => {},
    };
  }

  #read(
    path: string,
    { data }: Inode,
    { target, position }: { readonly target: Uint8Array; readonly position: number },
  ): number {
    this.#begin("read", path);
    const part = data.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  #begin(kind: DiskOperation["kind"], path: string, data?: Uint8Array): DiskFault | undefined {
    if (!this.#on) throw systemError("EIO", path);
    const fault = this.faultAt({ kind, path, count: this.#count });
    this.#count += 1;
    if (!this.#on) throw systemError("EIO", path);
    if (!fault) return undefined;
    const { bytesWritten } = fault;
    if (data && bytesWritten !== undefined && bytesWritten > 0) return fault;
    throw systemError(fault.code, path);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode) return inode;
    throw systemError("ENOENT", path);
  }
}

const pageBytes = 64;

function survivors({ data, durable }: Inode, random: Random): Buffer {
  if (data.equals(durable)) return data;
  const longest = Math.max(data.length, durable.length);
  const survived = Buffer.alloc(
    random() < 0.5 ? longest : durable.length + Math.floor(random() * (longest - durable.length + 1)),
  );
  durable.copy(survived);
  for (let at = durable.length; at < survived.length; at += pageBytes) {
    if (random() < 0.8) data.copy(survived, at, at, Math.min(at + pageBytes, survived.length));
  }
  return survived;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}, '${path}'`), { code });
}
