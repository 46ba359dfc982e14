import type { EdgeSpec, NodeSpec } from "@spark/graph";
import type { Parallelization } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { nodeName } from "./node-changes.ts";
import { readSequence, type Sequence } from "./sequence.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { nameText, valueText } from "./value-text.ts";

const joinModes = { wait_all: "all", wait_any: "any" } as const;

/**
 * `parallelization`: the nodes of a sequence as branches that start together after the entry node and come
 * together in a join, which leads to where the last node led.
 *
 * The edges of the sequence are kept and get a new source; new are only the edges into the join. A join's
 * output holds the branches' outputs by node id, so what follows must be able to read that. Refused where
 * the sequence is none, or where a node is declared to read what a node of another branch writes.
 */
export function parallelize(draft: SpecDraft, change: Parallelization): readonly Refusal[] {
  const reading = readSequence(draft, change);
  if (!reading.ok) return reading.refusals;
  const { sequence } = reading;
  const sources = newSources(change);
  const join = joinOf(change);
  const refusals = [
    ...firstMatches(draft, change),
    ...lostInputs(draft, sequence, sources),
    ...badJoin(draft, join, sequence),
  ];
  if (refusals.length > 0) return refusals;

  for (const edge of sequence.into.values()) {
    draft.replaceEdge(resourced(edge, sources.get(edge.toNode) as string, { sequence, change }));
  }
  if (!draft.nodes.has(join.id)) {
    draft.addNode(join);
    for (const exit of sequence.exits) draft.replaceEdge({ ...exit, fromNode: join.id });
  }
  for (const branch of change.branches) {
    const tail = branch.at(-1) as string;
    if (sequence.exits.some((exit) => exit.fromNode === tail && exit.toNode === join.id)) continue;
    draft.addEdge({
      id: freeEdgeId(draft, `${tail}_to_${join.id}`),
      fromNode: tail,
      toNode: join.id,
      priority: 0,
    });
  }
  return [];
}

/** Which node each node of the branches follows from now on. */
function newSources({ entryNode, branches }: Parallelization): ReadonlyMap<string, string> {
  return new Map(
    branches.flatMap((branch) => branch.map((id, at) => [id, branch[at - 1] ?? entryNode] as const)),
  );
}

function joinOf({ entryNode, mergeNodeId = `${entryNode}_join`, mergeStrategy }: Parallelization): NodeSpec {
  return { id: mergeNodeId, type: "Join", config: { mode: joinModes[mergeStrategy] } };
}

/** An edge of the sequence from its new source. A branch starts when, and only when, the sequence would have. */
function resourced(
  edge: EdgeSpec,
  fromNode: string,
  { sequence, change }: { readonly sequence: Sequence; readonly change: Parallelization },
): EdgeSpec {
  const entry = sequence.into.get(sequence.nodes[0]?.id as string) as EdgeSpec;
  if (edge === entry || fromNode === edge.fromNode) return edge;
  if (fromNode !== change.entryNode) return { ...edge, fromNode };
  const delaySeconds = (entry.delaySeconds ?? 0) + (edge.delaySeconds ?? 0);
  return {
    ...edge,
    fromNode,
    priority: entry.priority,
    ...(entry.condition === undefined ? {} : { condition: entry.condition }),
    ...(delaySeconds === 0 ? {} : { delaySeconds }),
  };
}

function firstMatches(draft: SpecDraft, { entryNode }: Parallelization): readonly Refusal[] {
  return draft.edges
    .filter(({ fromNode, fanoutBehavior }) => fromNode === entryNode && fanoutBehavior === "first_match")
    .map(({ id }) => ({
      target: nodeName(entryNode),
      expected: "an entry node that starts all of its edges",
      found: `first_match on edge ${nameText(id)}, which would start one branch only`,
      fix: "choose another entry node, or replace that edge first",
    }));
}

/** Declared inputs that came from the node before and will not come from the new source. */
function lostInputs(
  draft: SpecDraft,
  { nodes, into }: Sequence,
  sources: ReadonlyMap<string, string>,
): readonly Refusal[] {
  return nodes.flatMap((node) => {
    const before = (into.get(node.id) as EdgeSpec).fromNode;
    const after = sources.get(node.id) as string;
    const written = (id: string): object => draft.nodes.get(id)?.outputs ?? {};
    const lost = Object.keys(node.inputs ?? {}).filter(
      (name) =>
        after !== before && Object.hasOwn(written(before), name) && !Object.hasOwn(written(after), name),
    );
    return lost.map((name) => ({
      target: nodeName(node.id),
      expected: "branches that do not need each other's outputs",
      found: `the input ${valueText(name)}, which node ${nameText(before)} writes and node ${nameText(after)} does not`,
      fix: "keep the two nodes in one branch, one after the other",
    }));
  });
}

/** A join that is there already must be the one place the sequence leads to, and wait in the way asked for. */
function badJoin(draft: SpecDraft, join: NodeSpec, { nodes, exits }: Sequence): readonly Refusal[] {
  const present = draft.nodes.get(join.id);
  if (present === undefined) return [];
  const { mode = "all" } = present.config ?? {};
  const isExit = exits.length === 1 && exits[0]?.toNode === join.id;
  const wanted = join.config?.["mode"];
  if (present.type === "Join" && mode === wanted && isExit) return [];
  return [
    {
      target: nodeName(join.id),
      expected: `a free id, or a Join with mode ${valueText(wanted)} that alone follows node ${nameText(nodes.at(-1)?.id ?? "")}`,
      found:
        isExit || present.type !== "Join"
          ? `${nameText(present.type)} with mode ${valueText(present.config?.["mode"])}`
          : "a Join elsewhere",
      fix: "give a mergeNodeId that is free; the join is put before the nodes that followed",
    },
  ];
}

function freeEdgeId(draft: SpecDraft, wanted: string): string {
  let id = wanted;
  for (let next = 2; draft.edges.has(id); next += 1) id = `${wanted}_${next}`;
  return id;
}
