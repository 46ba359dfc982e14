import type { EdgeSpec } from "@spark/graph";
import type {
  EdgeAdd,
  EdgeBatchModifications,
  EdgeModification,
  EdgeModify,
  EdgeRemove,
} from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { noSuchNode } from "./node-changes.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { nameText } from "./value-text.ts";

/** `edge_add`: an edge with an id that is free, between nodes that are there. */
export function addEdge(draft: SpecDraft, { edgeSpec }: Pick<EdgeAdd, "edgeSpec">): readonly Refusal[] {
  const target = edgeName(edgeSpec.id);
  const refusals: Refusal[] = [...new Set([edgeSpec.fromNode, edgeSpec.toNode])]
    .filter((end) => !draft.nodes.has(end))
    .map((end) => ({ ...noSuchNode(end), target, found: `no node ${nameText(end)}` }));
  if (draft.edges.has(edgeSpec.id)) refusals.push(edgeIdTaken(edgeSpec));
  if (refusals.length === 0) draft.addEdge(edgeSpec);
  return refusals;
}

/** `edge_remove`. What it would cut off is found when all changes have been made. */
export function removeEdge(
  draft: SpecDraft,
  { targetEdgeId }: Pick<EdgeRemove, "targetEdgeId">,
): readonly Refusal[] {
  const edge = draft.edges.get(targetEdgeId);
  if (edge === undefined) return [noSuchEdge(targetEdgeId)];
  draft.removeEdge(edge);
  return [];
}

/** `edge_modify`: condition, priority or description; the ends stay. */
export function modifyEdge(
  draft: SpecDraft,
  { targetEdgeId, updates }: Pick<EdgeModify, "targetEdgeId" | "updates">,
): readonly Refusal[] {
  const edge = draft.edges.get(targetEdgeId);
  if (edge === undefined) return [noSuchEdge(targetEdgeId)];
  const { condition = edge.condition, ...others } = updates;
  const { condition: _before, ...rest } = edge;
  draft.replaceEdge({
    ...rest,
    ...others,
    ...(condition === undefined || condition === null ? {} : { condition }),
  });
  return [];
}

/** `edge_batch_modifications`: one after the other, so that later ones may refer to what earlier ones did. */
export function modifyEdges(draft: SpecDraft, change: EdgeBatchModifications): readonly Refusal[] {
  return change.edgeModifications.flatMap((modification, position) =>
    applyModification(draft, modification).map((refusal) => ({
      ...refusal,
      target: `${refusal.target} (edgeModifications[${position}])`,
    })),
  );
}

function applyModification(draft: SpecDraft, modification: EdgeModification): readonly Refusal[] {
  switch (modification.type) {
    case "add":
      return addEdge(draft, modification);
    case "remove":
      return removeEdge(draft, { targetEdgeId: modification.edgeId });
    case "modify":
      return modifyEdge(draft, { targetEdgeId: modification.edgeId, updates: modification.updates });
  }
}

/** How faults name an edge. */
export function edgeName(id: string): string {
  return `edge ${nameText(id)}`;
}

function noSuchEdge(id: string): Refusal {
  return {
    target: edgeName(id),
    expected: "an edge of the graph",
    found: "no edge of that id",
    fix: "name an edge that is there at this point; a removed node takes its edges along",
  };
}

function edgeIdTaken({ id }: EdgeSpec): Refusal {
  return {
    target: edgeName(id),
    expected: "an id that is free",
    found: "another edge of that id",
    fix: "choose another id, or use edge_modify",
  };
}
