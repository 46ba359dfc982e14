import { compileCondition, type EdgeSpec, type GraphSpec, isSparkError, reachableFrom } from "@spark/graph";
import type { LocatedRefusal } from "./change-fault.ts";
import { edgeName } from "./edge-changes.ts";
import { nodeName } from "./node-changes.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { nameText } from "./value-text.ts";

/** Knows the node types that can run and what their configs must look like; a `NodeRegistry` is one. */
export interface ConfigValidator {
  /** What is wrong with the config of a node of this type, in words; an unknown type is a fault. */
  configFaults(type: string, config: unknown, nodeId: string): readonly string[];
}

/**
 * What is wrong with a spec after all changes were made: configs that do not fit their node type, conditions
 * that are no expressions, nodes that can no longer be reached. Only what was written is looked at.
 */
export function candidateFaults(
  draft: SpecDraft,
  candidate: GraphSpec,
  registry?: ConfigValidator,
): readonly LocatedRefusal[] {
  return [
    ...(registry === undefined ? [] : configFaults(draft, registry)),
    ...conditionFaults(draft),
    ...unreachableFaults(draft, candidate),
  ];
}

function configFaults(draft: SpecDraft, registry: ConfigValidator): readonly LocatedRefusal[] {
  return [...draft.writtenNodes].flatMap(([id, changeIndex]) => {
    const node = draft.nodes.get(id);
    const faults = node === undefined ? [] : registry.configFaults(node.type, node.config ?? {}, id);
    return faults.map((fault) => ({
      changeIndex,
      target: nodeName(id),
      expected: `a config that fits the type ${nameText(node?.type ?? "")}`,
      found: `the fault "${fault}"`,
      fix: "change the value, or the type of the node",
    }));
  });
}

function conditionFaults(draft: SpecDraft): readonly LocatedRefusal[] {
  return [...draft.writtenEdges].flatMap(([id, changeIndex]) => {
    const fault = conditionFault(draft.edges.get(id));
    if (fault === undefined) return [];
    const fix = "correct the expression";
    return [
      { changeIndex, target: edgeName(id), expected: "a condition that can be read", found: fault, fix },
    ];
  });
}

/** Kinds of conditions that only another runtime can ask are that runtime's matter. */
function conditionFault(edge: EdgeSpec | undefined): string | undefined {
  try {
    compileCondition(edge?.condition);
    return undefined;
  } catch (error) {
    if (!isSparkError(error, "invalid_condition")) return undefined;
    return error.message;
  }
}

/** Nodes that were reachable or are new, and that nothing leads to any more; by the change that cut them off. */
function unreachableFaults(draft: SpecDraft, candidate: GraphSpec): readonly LocatedRefusal[] {
  const { addedNodes, cutNodes } = draft;
  if (addedNodes.size === 0 && cutNodes.size === 0) return [];
  const lost = lostNodes(draft, candidate);
  if (lost.size === 0) return [];
  const byChange = new Map<number, string[]>();
  for (const [id, changeIndex] of [...cutNodes, ...addedNodes]) {
    const group = takeConnected(id, lost, candidate.edges);
    if (group.length > 0) byChange.set(changeIndex, [...(byChange.get(changeIndex) ?? []), ...group]);
  }
  return [...byChange].map(([changeIndex, ids]) => ({
    changeIndex,
    target: ids.map(nodeName).join(", "),
    expected: "a way from the start node to every node that had one or is new",
    found: "none",
    fix: "add an edge that leads there, or remove what is cut off by changes of its own",
  }));
}

function lostNodes(draft: SpecDraft, candidate: GraphSpec): Set<string> {
  const reached = reachableFrom(candidate, candidate.start);
  const unreached = candidate.nodes.filter(({ id }) => !reached.has(id)).map(({ id }) => id);
  if (unreached.length === 0) return new Set();
  const before = reachableFrom(draft.baseline, draft.baseline.start);
  const { addedNodes, renamedNodes } = draft;
  return new Set(unreached.filter((id) => addedNodes.has(id) || before.has(renamedNodes.get(id) ?? id)));
}

/** Takes a node, and what can be reached from it, out of the lost ones. */
function takeConnected(id: string, lost: Set<string>, edges: readonly EdgeSpec[]): readonly string[] {
  const group = lost.delete(id) ? [id] : [];
  for (const from of group) {
    for (const { fromNode, toNode } of edges) {
      if (fromNode === from && lost.delete(toNode)) group.push(toNode);
    }
  }
  return group;
}
