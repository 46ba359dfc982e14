import { EdgeSpec, type GraphSpec, NodeSpec } from "@spark/graph";
import { z } from "zod";
import { diffLists, listDiff } from "./list-diff.ts";
import { diffValues, ValueChange } from "./value-diff.ts";

/**
 * The difference between two specs, by id and with old and new values. It is plain JSON, complete in both
 * directions (see `applyDiff` and `invertDiff`), and says nothing of the order of keys in objects.
 */
export const SpecDiff = z
  .strictObject({
    /** Everything of the spec that is no node and no edge: start, description, state, tools and so on. */
    fields: z.array(ValueChange).readonly(),
    nodes: listDiff(NodeSpec),
    edges: listDiff(EdgeSpec),
  })
  .readonly();
export type SpecDiff = z.infer<typeof SpecDiff>;

/**
 * What is different between two sound specs. O(nodes + edges), with a few nanoseconds for each that is the same
 * object in both. The values in the diff are those of the specs, not copies.
 */
export function diffSpecs(before: GraphSpec, after: GraphSpec): SpecDiff {
  const { nodes: oldNodes, edges: oldEdges, ...oldFields } = before;
  const { nodes, edges, ...fields } = after;
  return {
    fields: diffValues(oldFields, fields),
    nodes: diffLists(oldNodes, nodes),
    edges: diffLists(oldEdges, edges),
  };
}

/** True where a diff says that nothing is different. */
export function isEmptyDiff({ fields, nodes, edges }: SpecDiff): boolean {
  return [fields, ...Object.values(nodes), ...Object.values(edges)].every(({ length }) => length === 0);
}

/** The diff that leads back: from the new spec to the old one. */
export function invertDiff({ fields, nodes, edges }: SpecDiff): SpecDiff {
  return { fields: fields.map(invertChange), nodes: invertList(nodes), edges: invertList(edges) };
}

type AnyListDiff = SpecDiff["nodes"] | SpecDiff["edges"];

function invertList<D extends AnyListDiff>({ added, removed, moved, modified }: D) {
  return {
    added: removed as D["removed"],
    removed: added as D["added"],
    moved: moved.map(({ id, from, to }) => ({ id, from: to, to: from })),
    modified: modified.map(({ id, changes }) => ({ id, changes: changes.map(invertChange) })),
  };
}

function invertChange({ path, oldValue, newValue }: ValueChange): ValueChange {
  return {
    path,
    ...(newValue === undefined ? {} : { oldValue: newValue }),
    ...(oldValue === undefined ? {} : { newValue: oldValue }),
  };
}
