import type { EdgeSpec } from "./spec.ts";

/**
 * The names under which a join finds what its parent edges bring, in their order: the parent's id, or, where one
 * parent has several edges to the join, the edge's.
 */
export function joinSlots(parents: readonly EdgeSpec[]): readonly string[] {
  const edgesFrom = new Map<string, number>();
  for (const { fromNode } of parents) edgesFrom.set(fromNode, (edgesFrom.get(fromNode) ?? 0) + 1);
  return parents.map(({ fromNode, id }) => (edgesFrom.get(fromNode) === 1 ? fromNode : id));
}
