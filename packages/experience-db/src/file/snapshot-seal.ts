import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { z } from "zod";

/** The last line of a snapshot: checksums of all that is before it. */
export const SnapshotSeal = z.strictObject({
  /** Byte position of the index. */
  index: z.int().nonnegative(),
  /** The bytes one checksum covers; the last may cover fewer. */
  blockBytes: z
    .int()
    .positive()
    .default(512 * 1024),
  /** CRC-32 of each block. Format 1 does not have them. */
  crcs: z.array(z.string()).min(1).exactOptional(),
  /** SHA-256 of each block, cut to 128 bits. */
  blocks: z.array(z.string()).min(1),
  /** Checksum of the above. */
  sum: z.string(),
});
export type SnapshotSeal = z.infer<typeof SnapshotSeal>;

/** Small enough to be read for the sake of one row. */
export const blockBytes = 64 * 1024;

/** Gathers the checksums of a file's blocks while it is written. */
export class Sealing {
  readonly #crcs: string[] = [];
  readonly #blocks: string[] = [];

  /** Takes the next block in. */
  add(block: Uint8Array): void {
    this.#crcs.push(crcOf(block));
    this.#blocks.push(sumOf(block));
  }

  /** @param size - The bytes of each block but the last. */
  seal(index: number, size = blockBytes): SnapshotSeal {
    return sealed({ index, blockBytes: size, crcs: this.#crcs, blocks: this.#blocks });
  }
}

/** The seal with its own checksum. */
export function sealed<Parts extends object>(parts: Parts): Parts & { readonly sum: string } {
  return { ...parts, sum: sumOf(Buffer.from(JSON.stringify(parts))) };
}

/** Reads the seal of the `end` bytes before it; nothing where it is not whole. */
export function readSeal(line: Buffer, end: number): SnapshotSeal | undefined {
  try {
    const { sum, ...parts } = JSON.parse(line.toString()) as Record<string, unknown>;
    if (sealed(parts).sum !== sum) return undefined;
    const seal = SnapshotSeal.parse({ ...parts, sum });
    const blocks = Math.ceil(end / seal.blockBytes);
    return seal.blocks.length === blocks && (seal.crcs ?? seal.blocks).length === blocks ? seal : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a block is as it was sealed: by its CRC-32 where there is one, with `thorough` by its SHA-256. */
export function checkOf(
  { crcs, blocks }: SnapshotSeal,
  thorough: boolean,
): (block: Uint8Array, number: number) => boolean {
  if (thorough || crcs === undefined) return (block, number) => sumOf(block) === blocks[number];
  return (block, number) => crcOf(block) === crcs[number];
}

function crcOf(block: Uint8Array): string {
  return crc32(block).toString(16).padStart(8, "0");
}

function sumOf(block: Uint8Array): string {
  return hash("sha256", block, "hex").slice(0, 32);
}
