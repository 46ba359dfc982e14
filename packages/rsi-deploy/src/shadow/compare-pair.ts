import { jsonEqual, type MirroredPair, type NodeOutput } from "@spark/graph";

/** Says whether two outputs mean the same; for outputs that may differ in the letter. */
export type Comparator = (live: unknown, candidate: unknown) => boolean;

/** How outputs are compared. */
export interface Comparison {
  /** Numbers may differ by this much relative to the larger one. 0 is exact. */
  readonly numericTolerance: number;
  /** By node id; the key `output` is the result of the whole run. */
  readonly comparators: Readonly<Record<string, Comparator>>;
}

/**
 * What a pair of runs with the same input came to.
 *
 * - `equal`: the same to the letter, at every node
 * - `equivalent`: the same result within tolerance and comparators, though some node differs
 * - `different`: another result
 * - `candidate_error`: only the candidate failed
 * - `not_comparable`: the live run failed too, or the candidate needed an answer from the world that the live
 *   run did not get
 */
export type PairClass = "equal" | "equivalent" | "different" | "candidate_error" | "not_comparable";

/** A classed pair, and the first node whose outputs differ, in the order of the live run. */
export interface ComparedPair {
  readonly class: PairClass;
  readonly firstDifference?: string;
}

/** Compares two runs of the same input. Pure; a comparator that throws makes the pair not comparable. */
export function comparePair({ live, mirrored }: MirroredPair, comparison: Comparison): ComparedPair {
  if (!live.record.ok || mirrored.error?.type === "effect_not_recorded") return { class: "not_comparable" };
  if (mirrored.error !== undefined) {
    const { nodeId } = mirrored.error;
    return { class: "candidate_error", ...(nodeId === undefined ? {} : { firstDifference: nodeId }) };
  }
  try {
    const exact = firstDifference(live.outputs, mirrored.outputs, jsonEqual);
    const sameResult = jsonEqual(live.output, mirrored.output);
    if (sameResult && exact === undefined) return { class: "equal" };
    const result = comparison.comparators["output"] ?? withinTolerance(comparison.numericTolerance);
    if (sameResult || result(live.output, mirrored.output)) return { class: "equivalent" };
    const node = firstDifference(live.outputs, mirrored.outputs, (a, b, nodeId) =>
      (comparison.comparators[nodeId] ?? withinTolerance(comparison.numericTolerance))(a, b),
    );
    const where = node ?? exact;
    return { class: "different", ...(where === undefined ? {} : { firstDifference: where }) };
  } catch {
    return { class: "not_comparable" };
  }
}

/** The first node, in the order of the live run, whose outputs are not the same in both runs. */
function firstDifference(
  live: readonly NodeOutput[],
  candidate: readonly NodeOutput[],
  same: (live: unknown, candidate: unknown, nodeId: string) => boolean,
): string | undefined {
  const theirs = outputsByNode(candidate);
  const seen = new Map<string, number>();
  for (const { nodeId, output } of live) {
    const at = seen.get(nodeId) ?? 0;
    seen.set(nodeId, at + 1);
    const other = theirs.get(nodeId)?.[at];
    // A node the candidate does not run shows in the nodes behind it.
    if (other !== undefined && !same(output, other.output, nodeId)) return nodeId;
  }
  return undefined;
}

/** Equality of JSON values in which numbers may differ a little. */
export function withinTolerance(tolerance: number): Comparator {
  if (tolerance === 0) return jsonEqual;
  const same = (a: unknown, b: unknown): boolean => {
    if (typeof a === "number" && typeof b === "number") {
      return a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      return a.length === b.length && a.every((item, at) => same(item, b[at]));
    }
    if (isRecord(a) && isRecord(b)) {
      const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
      return [...keys].every((key) => same(a[key], b[key]));
    }
    return jsonEqual(a, b);
  };
  return same;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function outputsByNode(outputs: readonly NodeOutput[]): ReadonlyMap<string, readonly NodeOutput[]> {
  const byNode = new Map<string, NodeOutput[]>();
  for (const output of outputs) {
    const list = byNode.get(output.nodeId);
    if (list === undefined) byNode.set(output.nodeId, [output]);
    else list.push(output);
  }
  return byNode;
}
