import type { EdgeSpec, NodeSpec } from "./spec.ts";

/** The part of a spec that a walk looks at. */
export interface Topology {
  readonly nodes: readonly Pick<NodeSpec, "id">[];
  readonly edges: readonly Pick<EdgeSpec, "fromNode" | "toNode">[];
}

/** Nodes by position; the targets of node `i` are `targets[offsets[i]]` up to `targets[offsets[i + 1] - 1]`. */
interface Adjacency {
  readonly positions: ReadonlyMap<string, number>;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/**
 * Ids of the nodes that can be reached from `start`, itself included, over edges of every kind. Empty where
 * there is no such node. Linear in nodes and edges.
 */
export function reachableFrom(spec: Topology, start: string): ReadonlySet<string> {
  const { positions, offsets, targets } = adjacency(spec);
  const nodes = [...spec.nodes];
  const reached = new Set<string>();
  const visited = new Uint8Array(nodes.length);
  const waiting: number[] = [];
  const visit = (position: number): void => {
    if (visited[position]) return;
    visited[position] = 1;
    waiting.push(position);
  };
  const first = positions.get(start);
  if (first !== undefined) visit(first);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    reached.add((nodes[at] as NodeSpec).id);
    for (let i = offsets[at] as number; i < (offsets[at + 1] as number); i += 1) visit(targets[i] as number);
  }
  return reached;
}

/**
 * The groups of nodes that lie on common cycles (strongly connected components with an edge within), each in
 * the order of the spec. Linear in nodes and edges (Tarjan 1972, without recursion).
 */
export function cycles(spec: Topology): readonly (readonly string[])[] {
  const { offsets, targets } = adjacency(spec);
  const size = spec.nodes.length;
  const order = new Int32Array(size);
  const lowest = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const nextEdge = offsets.slice(0, size);
  const stack: number[] = [];
  const path: number[] = [];
  const found: number[][] = [];
  let count = 0;

  const enter = (at: number): void => {
    count += 1;
    order[at] = count;
    lowest[at] = count;
    onStack[at] = 1;
    stack.push(at);
    path.push(at);
  };

  const lower = (at: number, value: number): void => {
    if (value < (lowest[at] as number)) lowest[at] = value;
  };

  const leave = (at: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent, lowest[at] as number);
    if (lowest[at] !== order[at]) return;
    const group = stack.splice(stack.lastIndexOf(at));
    for (const member of group) onStack[member] = 0;
    if (group.length > 1 || hasLoop(at)) found.push(group.sort((a, b) => a - b));
  };

  const hasLoop = (at: number): boolean => targets.subarray(offsets[at], offsets[at + 1]).includes(at);

  for (let root = 0; root < size; root += 1) {
    if (order[root]) continue;
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const edge = nextEdge[at] as number;
      if (edge === offsets[at + 1]) {
        leave(at);
        continue;
      }
      nextEdge[at] = edge + 1;
      const target = targets[edge] as number;
      if (!order[target]) enter(target);
      else if (onStack[target]) lower(at, order[target]);
    }
  }
  const ids = (group: readonly number[]): readonly string[] =>
    group.map((at) => (spec.nodes[at] as NodeSpec).id);
  return found.sort(([a = 0], [b = 0]) => a - b).map(ids);
}

/** Of two nodes with one id the first counts; edges whose ends do not exist lead nowhere. */
function adjacency(topology: Topology): Adjacency {
  // Copies: elements of frozen lists are several times slower to read.
  const [nodes, edges] = [[...topology.nodes], [...topology.edges]];
  const positions = new Map<string, number>();
  let position = 0;
  for (const { id } of nodes) {
    if (!positions.has(id)) positions.set(id, position);
    position += 1;
  }
  const from = new Int32Array(edges.length);
  const to = new Int32Array(edges.length);
  const offsets = new Int32Array(nodes.length + 1);
  let count = 0;
  for (const { fromNode, toNode } of edges) {
    const source = positions.get(fromNode);
    const target = positions.get(toNode);
    if (source === undefined || target === undefined) continue;
    from[count] = source;
    to[count] = target;
    offsets[source + 1] = (offsets[source + 1] as number) + 1;
    count += 1;
  }
  for (let at = 0; at < nodes.length; at += 1) {
    offsets[at + 1] = (offsets[at + 1] as number) + (offsets[at] as number);
  }
  const free = offsets.slice();
  const targets = new Int32Array(count);
  for (let edge = 0; edge < count; edge += 1) {
    const source = from[edge] as number;
    targets[free[source] as number] = to[edge] as number;
    free[source] = (free[source] as number) + 1;
  }
  return { positions, offsets, targets };
}
