import { hash } from "node:crypto";
import { z } from "zod";
import type { TableName } from "../experience-state.ts";

/**
 * A snapshot is lines of JSON: the head, each row of each table, the index, and the seal. Each block of it
 * has a checksum, so that damage has a place; the seal lists them and has one of its own.
 */
export const SnapshotHead = z.strictObject({
  format: z.literal("spark-experience-snapshot"),
  formatVersion: z.int().positive(),
  /** Where the journal after it begins. */
  sequence: z.int().nonnegative(),
  previous: z.string(),
});
export type SnapshotHead = z.infer<typeof SnapshotHead>;

/** One table's rows in the file: key and bytes of each, and the bits of each facet by chunk. */
export interface TableIndex {
  /** Null for a row that was removed, which has no bytes. */
  readonly keys: readonly (string | null)[];
  readonly lengths: readonly number[];
  readonly facets: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

export type SnapshotIndex = Readonly<Record<TableName, TableIndex>>;

/** The last line. */
export const SnapshotSeal = z.strictObject({
  /** Byte position of the index line. */
  index: z.int().nonnegative(),
  /** Checksums of each {@link blockBytes} before this line; the last block may be shorter. */
  blocks: z.array(z.string()).min(1),
  /** Checksum of the two above. */
  sum: z.string(),
});
export type SnapshotSeal = z.infer<typeof SnapshotSeal>;

/** The bytes one checksum covers. */
export const blockBytes = 512 * 1024;

export function blockSum(block: Uint8Array): string {
  return hash("sha256", block, "hex").slice(0, 32);
}

export function sealSum({ index, blocks }: Omit<SnapshotSeal, "sum">): string {
  return hash("sha256", JSON.stringify({ index, blocks }), "hex").slice(0, 32);
}
