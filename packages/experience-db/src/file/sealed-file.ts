import type { FileSystem, OpenFile } from "./file-system.ts";
import { checkOf, readSeal, type SnapshotSeal } from "./snapshot-seal.ts";
import { type Damage, storageCorrupt, storageFailed } from "./storage-error.ts";

/** How much is read in one go while a file is checked. */
const strideBytes = 1024 * 1024;

/**
 * A snapshot that is open for reading. Its bytes stay on the disk until they are asked for, and nothing is given
 * out of a block whose checksum does not match.
 */
export class SealedFile {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly seal: SnapshotSeal;
  /** Where the seal begins: what is before it is sealed. */
  readonly end: number;
  readonly #file: OpenFile;
  /** The block that was read last: rows are often asked for in a row. */
  #block: { readonly number: number; readonly bytes: Buffer } | undefined;

  private constructor(path: string, file: OpenFile, found: FoundSeal) {
    this.path = path;
    this.#file = file;
    this.bytes = found.bytes;
    this.seal = found.seal;
    this.end = found.end;
  }

  /** @throws SparkError `storage_corrupt` where it has no whole seal. */
  static async open(fileSystem: FileSystem, path: string): Promise<SealedFile> {
    const file = await fileSystem.open(path, "r").catch((error: unknown) => {
      throw storageFailed("Opening", path, error);
    });
    try {
      return new SealedFile(path, file, await findSeal(file, path));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Reads all of it once and keeps none of it.
   *
   * By CRC-32, which finds what a disk does to a file; with `thorough` by SHA-256, which costs three times as
   * much and finds also what somebody has done to it who could not write a new seal.
   *
   * @throws SparkError `storage_corrupt` with the place of the first block that is not as it was sealed.
   */
  async check({ thorough }: { readonly thorough: boolean }): Promise<void> {
    const { blockBytes } = this.seal;
    const check = checkOf(this.seal, thorough);
    const stride = Math.max(1, Math.floor(strideBytes / blockBytes)) * blockBytes;
    const strideFrom = (from: number, target: Buffer): Promise<Buffer> =>
      this.#read(target.subarray(0, Math.max(0, Math.min(stride, this.end - from))), from);
    let [target, spare] = [Buffer.allocUnsafeSlow(stride), Buffer.allocUnsafeSlow(stride)];
    let coming = strideFrom(0, target);
    for (let from = 0; from < this.end; from += stride) {
      const read = await coming;
      [target, spare] = [spare, target];
      coming = strideFrom(from + stride, target);
      for (let at = 0; at < read.length; at += blockBytes) {
        const number = (from + at) / blockBytes;
        if (!check(read.subarray(at, at + blockBytes), number)) throw await this.#damaged(number);
      }
    }
    await coming;
  }

  /** Some of it. @throws SparkError `storage_corrupt` where it is damaged by now. */
  slice(from: number, until: number): Buffer {
    if (until <= from) return Buffer.alloc(0);
    const { blockBytes } = this.seal;
    const first = Math.floor(from / blockBytes);
    const last = Math.floor((until - 1) / blockBytes);
    const start = first * blockBytes;
    if (first === last) return this.#blockAt(first).subarray(from - start, until - start);
    const parts: Buffer[] = [];
    for (let number = first; number <= last; number += 1) parts.push(this.#blockAt(number));
    return Buffer.concat(parts).subarray(from - start, until - start);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #read(target: Buffer, from: number): Promise<Buffer> {
    return fillFrom(this.#file, { target, from, path: this.path });
  }

  #blockAt(number: number): Buffer {
    if (this.#block?.number === number) return this.#block.bytes;
    const { blockBytes } = this.seal;
    const from = number * blockBytes;
    const bytes = Buffer.allocUnsafeSlow(Math.min(blockBytes, this.end - from));
    try {
      for (let at = 0; at < bytes.length;) {
        const read = this.#file.readSync(bytes.subarray(at), from + at);
        if (read === 0) throw new Error(`it ends at byte ${from + at}`);
        at += read;
      }
    } catch (error) {
      throw storageFailed("Reading", this.path, error);
    }
    if (!checkOf(this.seal, false)(bytes, number)) throw storageCorrupt(this.#damage(number));
    this.#block = { number, bytes };
    return bytes;
  }

  #damage(number: number, sound = { soundBefore: 0, soundAfter: 0 }): Damage {
    const from = number * this.seal.blockBytes;
    const length = Math.min(this.seal.blockBytes, this.end - from);
    const reason = `the checksum of the ${length} bytes from there does not match`;
    return { path: this.path, offset: from, reason, ...sound };
  }

  async #damaged(number: number): Promise<Error> {
    const from = number * this.seal.blockBytes;
    const until = Math.min(from + this.seal.blockBytes, this.end);
    const bytes = await this.#read(Buffer.allocUnsafeSlow(this.end), 0);
    return storageCorrupt(
      this.#damage(number, {
        soundBefore: linesIn(bytes.subarray(0, from)),
        soundAfter: linesIn(bytes.subarray(until)),
      }),
    );
  }
}

interface FoundSeal {
  readonly bytes: number;
  readonly seal: SnapshotSeal;
  readonly end: number;
}

/** The seal is the last line, of which nobody knows how long it is. */
async function findSeal(file: OpenFile, path: string): Promise<FoundSeal> {
  const bytes = await file.size().catch((error: unknown) => {
    throw storageFailed("Reading", path, error);
  });
  for (let length = 64 * 1024; ; length *= 4) {
    const from = Math.max(0, bytes - length);
    const tail = await fillFrom(file, { target: Buffer.allocUnsafeSlow(bytes - from), from, path });
    const start = tail.lastIndexOf("\n", -2) + 1;
    if (start === 0 && from > 0) continue;
    const end = from + start;
    const seal = readSeal(tail.subarray(start), end);
    if (seal) return { bytes, seal, end };
    throw storageCorrupt({
      path,
      offset: end,
      reason: "its seal is not whole",
      soundBefore: 0,
      soundAfter: 0,
    });
  }
}

interface Reading {
  readonly target: Buffer;
  readonly from: number;
  readonly path: string;
}

async function fillFrom(file: OpenFile, { target, from, path }: Reading): Promise<Buffer> {
  try {
    for (let at = 0; at < target.length;) {
      const { bytesRead } = await file.read(target.subarray(at), from + at);
      if (bytesRead === 0) throw new Error(`it ends at byte ${from + at}`);
      at += bytesRead;
    }
    return target;
  } catch (error) {
    throw storageFailed("Reading", path, error);
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf("\n"); at >= 0; at = bytes.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
