import type { EdgeSpec, NodeSpec } from "@spark/graph";
import type { Parallelization } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { edgeName } from "./edge-changes.ts";
import { nodeName, noSuchNode } from "./node-changes.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { nameText } from "./value-text.ts";

/** A plain chain of nodes behind an entry node: the only shape whose parallel form is known to be sound. */
export interface Sequence {
  readonly nodes: readonly NodeSpec[];
  /** The edge into each node of the chain, by node id; the first one comes from the entry. */
  readonly into: ReadonlyMap<string, EdgeSpec>;
  /** The edges that leave the last node. */
  readonly exits: readonly EdgeSpec[];
}

export type SequenceReading =
  | { readonly ok: true; readonly sequence: Sequence }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/**
 * Reads the nodes that a parallelization names as a chain that starts at its entry node, or says why they are
 * none. Nothing may enter the chain but at its head, or leave it but at its end, and only its head may be
 * conditional: otherwise a branch could stay away from the join, and the join would wait for ever.
 */
export function readSequence(draft: SpecDraft, change: Parallelization): SequenceReading {
  const named = faultsOfNames(draft, change);
  if (named.length > 0) return { ok: false, refusals: named };
  const members = new Set(change.branches.flat());
  const edges = draft.edges.filter(({ fromNode, toNode }) => members.has(fromNode) || members.has(toNode));
  const order = chainFrom(change.entryNode, members, edges);
  const last = order.at(-1);
  const exits = edges.filter(({ fromNode, toNode }) => fromNode === last && !members.has(toNode));
  const refusals =
    order.length < members.size
      ? [noChain(change, order)]
      : [...strayEdges(edges, [change.entryNode, ...order]), ...branchesOutOfOrder(change, order)];
  if (refusals.length > 0) return { ok: false, refusals };
  const into = new Map(edges.filter(({ toNode }) => members.has(toNode)).map((edge) => [edge.toNode, edge]));
  return { ok: true, sequence: { nodes: order.map((id) => draft.nodes.get(id) as NodeSpec), into, exits } };
}

function faultsOfNames(draft: SpecDraft, change: Parallelization): readonly Refusal[] {
  const { entryNode, branches, mergeNodeId } = change;
  const members = branches.flat();
  const missing = [...new Set([entryNode, ...members])].filter((id) => !draft.nodes.has(id));
  const repeated = [...new Set(members.filter((id, at) => id === entryNode || members.indexOf(id) !== at))];
  return [
    ...missing.map(noSuchNode),
    ...repeated.map((id) => ({
      target: nodeName(id),
      expected: "each node in one branch, and the entry node in none",
      found: id === entryNode ? "the entry node in a branch" : "the node more than once",
      fix: "let the branches share no node",
    })),
    ...[...new Set([entryNode, ...members])]
      .filter((id) => id === mergeNodeId)
      .map((id) => ({
        target: nodeName(id),
        expected: "a merge node after the branches",
        found: id === entryNode ? "the entry node" : "a node of a branch",
        fix: "give a mergeNodeId that is free",
      })),
    ...members
      .filter((id) => id === draft.start)
      .map((id) => ({
        target: nodeName(id),
        expected: "branches that begin after the entry node only",
        found: "the start node of the graph in a branch",
        fix: "use the start node as the entry node",
      })),
  ];
}

/** The nodes met when going from the entry along the first edge into a member that was not met before. */
function chainFrom(
  entry: string,
  members: ReadonlySet<string>,
  edges: readonly EdgeSpec[],
): readonly string[] {
  const order: string[] = [];
  const left = new Set(members);
  for (let here: string | undefined = entry; here !== undefined;) {
    const from: string = here;
    here = edges.find(({ fromNode, toNode }) => fromNode === from && left.has(toNode))?.toNode;
    if (here === undefined) break;
    left.delete(here);
    order.push(here);
  }
  return order;
}

function noChain({ entryNode, branches }: Parallelization, order: readonly string[]): Refusal {
  const outside = branches.flat().filter((id) => !order.includes(id));
  const chain = [entryNode, ...order].map(nameText).join(" → ");
  return {
    target: nodeName(entryNode),
    expected: "the nodes of all branches in one sequence after the entry node",
    found: `${chain}, without ${outside.map(nameText).join(", ")}`,
    fix: "name nodes that follow each other; branches that start side by side run in parallel already",
  };
}

/** Edges at the chain that are not links of it, and links that might not be taken. */
function strayEdges(edges: readonly EdgeSpec[], chain: readonly string[]): readonly Refusal[] {
  const places = new Map(chain.map((id, place) => [id, place]));
  const entered = new Set<string>();
  return edges.flatMap((edge) => {
    const from = places.get(edge.fromNode);
    const to = places.get(edge.toNode) ?? 0;
    const enters = to > 0;
    if (enters && (from !== to - 1 || entered.has(edge.toNode))) {
      return [stray(edge, "another edge into the sequence")];
    }
    if (enters) entered.add(edge.toNode);
    else if (from !== chain.length - 1) return [stray(edge, "an edge out of the sequence before its end")];
    return isPlain(edge, { conditional: to === 1 })
      ? []
      : [stray(edge, "an edge that is not always taken, so that a branch might never reach the join")];
  });
}

function isPlain(edge: EdgeSpec, allowed: { readonly conditional: boolean }): boolean {
  const { condition, onError = false, eventTopic, fanoutBehavior } = edge;
  const always = condition === undefined || (typeof condition === "object" && condition.kind === "always");
  return (
    (always || allowed.conditional) &&
    !onError &&
    eventTopic === undefined &&
    fanoutBehavior !== "first_match"
  );
}

function stray(edge: EdgeSpec, found: string): Refusal {
  return {
    target: edgeName(edge.id),
    expected: "a plain sequence, entered at its head and left at its end",
    found: `${found} (${nameText(edge.fromNode)} → ${nameText(edge.toNode)})`,
    fix: "parallelize a part without it, or change that edge first",
  };
}

function branchesOutOfOrder({ branches }: Parallelization, order: readonly string[]): readonly Refusal[] {
  const place = (id: string): number => order.indexOf(id);
  return branches
    .filter((branch) => branch.some((id, at) => at > 0 && place(id) < place(branch[at - 1] as string)))
    .map((branch) => ({
      target: nodeName(branch[0] as string),
      expected: `a branch in the order of the sequence (${order.map(nameText).join(", ")})`,
      found: branch.map(nameText).join(", "),
      fix: "keep the order of the sequence within each branch",
    }));
}
