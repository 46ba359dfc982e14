import type { Change, ChangeType } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { addEdge, modifyEdge, modifyEdges, removeEdge } from "./edge-changes.ts";
import { addNode, removeNode, replaceNode, updateNodeConfig } from "./node-changes.ts";
import { parallelize } from "./parallelization.ts";
import type { SpecDraft } from "./spec-draft.ts";

/** Makes one change to a draft, or says why not; then the draft is of no use any more. */
type ChangeHandler<T extends ChangeType> = (
  draft: SpecDraft,
  change: Extract<Change, { readonly type: T }>,
) => readonly Refusal[];

/** How each type of change is made. A new type of change is a new row here. */
const changeHandlers: { readonly [T in ChangeType]: ChangeHandler<T> } = {
  node_config_update: updateNodeConfig,
  node_add: addNode,
  node_remove: removeNode,
  edge_add: addEdge,
  edge_remove: removeEdge,
  edge_modify: modifyEdge,
  node_replacement: replaceNode,
  edge_batch_modifications: modifyEdges,
  parallelization: parallelize,
};

/** Makes one change to a draft; gives the reasons where it cannot be made. */
export function applyChange<T extends ChangeType>(
  draft: SpecDraft,
  change: Extract<Change, { readonly type: T }>,
): readonly Refusal[] {
  return changeHandlers[change.type](draft, change);
}
