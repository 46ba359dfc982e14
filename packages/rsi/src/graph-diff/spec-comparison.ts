import type { GraphSpec } from "@spark/graph";
import { diffSpecs, type SpecDiff } from "@spark/rsi-deploy";

/** Two specs and what is different between them. */
export interface SpecComparison {
  readonly before: GraphSpec;
  readonly after: GraphSpec;
  readonly diff: SpecDiff;
}

/** How a comparison is written. */
export interface DiffLayout {
  /** Values longer than this many characters are cut. @default 500 */
  readonly maxValueLength?: number;
}

export const defaultValueLength = 500;

/** Compares two sound specs. */
export function compareSpecs(before: GraphSpec, after: GraphSpec): SpecComparison {
  return { before, after, diff: diffSpecs(before, after) };
}
