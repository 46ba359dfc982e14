import { Graph, type GraphSpecInput, NodeRegistry, defineNode } from "@spark/graph";

/** The value that travels through the measured graphs. */
export interface Count {
  readonly v: number;
}

/** The work of a node in every contest: as little as can be checked. */
export const addOne = async (count: Count): Promise<Count> => ({ v: count.v + 1 });

export const registry = new NodeRegistry([
  defineNode({ type: "AddOne", process: async (count: unknown) => ({ v: (count as Count).v + 1 }) }),
]);

const node = (id: string, type = "AddOne"): { id: string; type: string } => ({ id, type });
const edge = (fromNode: string, toNode: string): { id: string; fromNode: string; toNode: string } => ({
  id: `${fromNode}-${toNode}`,
  fromNode,
  toNode,
});

/** `length` nodes in a row. */
export function chainSpec(length: number): GraphSpecInput {
  const ids = Array.from({ length }, (_, at) => `n${at}`);
  return {
    id: `chain-${length}`,
    start: "n0",
    nodes: ids.map((id) => node(id)),
    edges: ids.slice(1).map((id, at) => edge(`n${at}`, id)),
  };
}

/** One node, `width` nodes beside each other, and a join. */
export function fanSpec(width: number): GraphSpecInput {
  const ids = Array.from({ length: width }, (_, at) => `n${at}`);
  return {
    id: `fan-${width}`,
    start: "s",
    nodes: [node("s"), ...ids.map((id) => node(id)), node("j", "Join")],
    edges: ids.flatMap((id) => [edge("s", id), edge(id, "j")]),
  };
}

/** One node that goes on to itself until it has counted to `turns`. */
export function loopSpec(turns: number): GraphSpecInput {
  return {
    id: `loop-${turns}`,
    start: "n",
    nodes: [node("n")],
    edges: [{ ...edge("n", "n"), condition: `$.outputs.v < ${turns}` }],
  };
}

/** A graph of one of these shapes. */
export function graphOf(spec: GraphSpecInput): Graph<Count, Count> {
  return Graph.fromSpec(spec, registry);
}
