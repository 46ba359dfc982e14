import type { NodeSpec } from "@spark/graph";
import type { NodeAdd, NodeConfigUpdate, NodeRemove, NodeReplacement } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { editConfig } from "./config-edit.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { nameText } from "./value-text.ts";

/** `node_config_update`: one value in the config of one node. Everything beside the path is shared. */
export function updateNodeConfig(draft: SpecDraft, change: NodeConfigUpdate): readonly Refusal[] {
  const node = draft.nodes.get(change.targetNodeId);
  if (node === undefined) return [noSuchNode(change.targetNodeId)];
  const { config = {} } = node;
  const edit = editConfig(config, change);
  if (!edit.ok) return [{ target: nodeName(node.id), ...edit.refusal }];
  if (edit.config !== config) draft.replaceNode(node.id, { ...node, config: edit.config });
  return [];
}

/** `node_add`: a node with an id that is free. What leads to it is an edge's matter. */
export function addNode(draft: SpecDraft, { nodeSpec }: NodeAdd): readonly Refusal[] {
  if (draft.nodes.has(nodeSpec.id)) return [nodeIdTaken(nodeSpec)];
  draft.addNode(nodeSpec);
  return [];
}

/** `node_remove`: a node and every edge at it. */
export function removeNode(draft: SpecDraft, { targetNodeId }: NodeRemove): readonly Refusal[] {
  if (!draft.nodes.has(targetNodeId)) return [noSuchNode(targetNodeId)];
  if (targetNodeId === draft.start) {
    return [
      {
        target: nodeName(targetNodeId),
        expected: "a node other than the start node",
        found: "the start node",
        fix: "put another node in its place with node_replacement",
      },
    ];
  }
  draft.removeNode(targetNodeId);
  return [];
}

/**
 * `node_replacement`: another node in the place of one. Its edges, loops to itself included, keep id,
 * condition, timing and metadata; the start follows.
 */
export function replaceNode(draft: SpecDraft, change: NodeReplacement): readonly Refusal[] {
  const { targetNodeId, replacementNodeSpec: node } = change;
  if (!draft.nodes.has(targetNodeId)) return [noSuchNode(targetNodeId)];
  if (node.id !== targetNodeId && draft.nodes.has(node.id)) return [nodeIdTaken(node)];
  draft.replaceNode(targetNodeId, node);
  return [];
}

/** How faults name a node. */
export function nodeName(id: string): string {
  return `node ${nameText(id)}`;
}

/** The refusal of a change whose node is not there. */
export function noSuchNode(id: string): Refusal {
  return {
    target: nodeName(id),
    expected: "a node of the graph",
    found: "no node of that id",
    fix: "name a node that is there at this point, or add it in an earlier change",
  };
}

function nodeIdTaken({ id }: NodeSpec): Refusal {
  return {
    target: nodeName(id),
    expected: "an id that is free",
    found: "another node of that id",
    fix: "choose another id, or use node_replacement",
  };
}
