import { isRepetition, jsonEqual, type MirroredPair, type NodeOutput } from "@spark/graph";

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
 * - `different`: another result, or another thing done in the world: what a node with effects was to do is
 *   compared, since its answer is the live run's
 * - `candidate_error`: only the candidate failed
 * - `not_comparable`: the live run failed too, or the candidate needed an answer from the world that the live
 *   run did not get, though nothing before differs
 */
export type PairClass = "equal" | "equivalent" | "different" | "candidate_error" | "not_comparable";

/** A classed pair, and the first node whose outputs differ, in the order of the live run. */
export interface ComparedPair {
  readonly class: PairClass;
  readonly firstDifference?: string;
}

/** Compares two runs of the same input. Pure; a comparator that throws makes the pair not comparable. */
export function comparePair(pair: MirroredPair, comparison: Comparison): ComparedPair {
  const { live, mirrored } = pair;
  if (!live.record.ok) return { class: "not_comparable" };
  try {
    if (mirrored.error?.type === "effect_not_recorded") return otherWay(pair, comparison);
    if (mirrored.error === undefined) return compareResults(pair, comparison);
    const { nodeId } = mirrored.error;
    return { class: "candidate_error", ...(nodeId === undefined ? {} : { firstDifference: nodeId }) };
  } catch {
    return { class: "not_comparable" };
  }
}

/** The candidate was about to act in a way the live run did not: because something before differs, or unknown why. */
function otherWay({ live, mirrored }: MirroredPair, comparison: Comparison): ComparedPair {
  const node = firstDifference(live.outputs, mirrored.outputs, sameBy(comparison));
  return node === undefined ? { class: "not_comparable" } : { class: "different", firstDifference: node };
}

function compareResults(pair: MirroredPair, comparison: Comparison): ComparedPair {
  const { live, mirrored } = pair;
  if (isRepetition(pair)) return { class: "equal" };
  const exact = firstDifference(live.outputs, mirrored.outputs, jsonEqual);
  if (exact === undefined && jsonEqual(live.output, mirrored.output)) return { class: "equal" };
  const result = comparison.comparators["output"] ?? withinTolerance(comparison.numericTolerance);
  const same = sameBy(comparison);
  const acted = firstDifference(actsOf(live.outputs), actsOf(mirrored.outputs), same);
  const agrees = jsonEqual(live.output, mirrored.output) || result(live.output, mirrored.output);
  if (agrees && acted === undefined) return { class: "equivalent" };
  const where = firstDifference(live.outputs, mirrored.outputs, same) ?? exact;
  return { class: "different", ...(where === undefined ? {} : { firstDifference: where }) };
}

type Same = (live: unknown, candidate: unknown, nodeId: string) => boolean;

function sameBy({ comparators, numericTolerance }: Comparison): Same {
  const close = withinTolerance(numericTolerance);
  return (live, candidate, nodeId) => (comparators[nodeId] ?? close)(live, candidate);
}

function actsOf(outputs: readonly NodeOutput[]): readonly NodeOutput[] {
  return outputs.filter(({ effects }) => effects);
}

/** What tells one execution from another: what it gave, or, where it acts on the world, what it was to do. */
function tellOf({ effects, inputs, output }: NodeOutput): unknown {
  return effects ? inputs : output;
}

/** The first node, in the order of the live run, whose outputs are not the same in both runs. */
function firstDifference(
  live: readonly NodeOutput[],
  candidate: readonly NodeOutput[],
  same: Same,
): string | undefined {
  const theirs = outputsByNode(candidate);
  const seen = new Map<string, number>();
  for (const execution of live) {
    const { nodeId } = execution;
    const at = seen.get(nodeId) ?? 0;
    seen.set(nodeId, at + 1);
    const other = theirs.get(nodeId)?.[at];
    // A node the candidate does not run shows in the nodes behind it.
    if (other !== undefined && !same(tellOf(execution), tellOf(other), nodeId)) return nodeId;
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
