import { z } from "zod";

/**
 * The first line of a snapshot. After it comes each row of each table, a line each, then an index line for each
 * table, and the seal with the checksums of all that. All of it is text.
 */
export const SnapshotHead = z.strictObject({
  format: z.literal("spark-experience-snapshot"),
  formatVersion: z.int().positive(),
  /** Where the journal after it begins. */
  sequence: z.int().nonnegative(),
  previous: z.string(),
});
export type SnapshotHead = z.infer<typeof SnapshotHead>;
