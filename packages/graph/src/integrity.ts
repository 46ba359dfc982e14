import { cycles, reachableFrom } from "./graph-walk.ts";
import { joinSlots } from "./join-slots.ts";
import type { EdgeSpec, GraphSpec } from "./spec.ts";
import { type PlacedFault, type SpecFault, type SpecFaultCode, writtenFault } from "./spec-fault.ts";

/** What can be said about the structure of a spec. */
export interface Integrity {
  /**
   * What makes a spec unusable: a missing start, duplicate ids and the id `__proto__`, edges with an end that does
   * not exist, two inputs of one name at a join.
   */
  readonly errors: readonly SpecFault[];
  /** What is likely a mistake: nodes that no edges lead to. */
  readonly warnings: readonly SpecFault[];
  /** What is worth knowing: nodes that lie on cycles, one entry for each group. */
  readonly information: readonly SpecFault[];
}

/** Looks at a spec as a graph and lists every finding with its place. Linear in nodes and edges. */
export function integrity(spec: GraphSpec): Integrity {
  const hasStart = spec.nodes.some(({ id }) => id === spec.start);
  return {
    errors: integrityErrors(spec).map(writtenFault),
    warnings: hasStart ? unreachableNodes(spec).map(writtenFault) : [],
    information: cycleGroups(spec).map(writtenFault),
  };
}

/** The errors of {@link integrity}, with their places as keys. */
export function integrityErrors(spec: GraphSpec): readonly PlacedFault[] {
  const faults: PlacedFault[] = [];
  const nodeIds = firstPositions(spec, "nodes", faults);
  firstPositions(spec, "edges", faults);
  if (!nodeIds.has(spec.start)) {
    faults.push({ code: "missing_start", place: ["start"], message: noSuchNode("the start", spec.start) });
  }
  // Here and below a copy is walked: elements of frozen lists are several times slower to read.
  for (const [index, edge] of [...spec.edges].entries()) {
    for (const end of ["fromNode", "toNode"] as const) {
      if (nodeIds.has(edge[end])) continue;
      const message = noSuchNode(`an end of edge ${JSON.stringify(edge.id)}`, edge[end]);
      faults.push({ code: "dangling_edge", place: ["edges", index, end], message });
    }
  }
  return [...faults, ...ambiguousJoins(spec)];
}

const duplicates = {
  nodes: "duplicate_node_id",
  edges: "duplicate_edge_id",
} as const satisfies Record<string, SpecFaultCode>;

function firstPositions(
  spec: GraphSpec,
  list: "nodes" | "edges",
  faults: PlacedFault[],
): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [index, { id }] of [...spec[list]].entries()) {
    // What a join gives is an object with ids as keys, and such a key would be lost there.
    if (id === "__proto__") {
      const message = `${JSON.stringify(id)} is not accepted as an id, since ids become keys of objects; rename it`;
      faults.push({ code: "invalid_value", place: [list, index, "id"], message });
    }
    const first = positions.get(id);
    if (first === undefined) positions.set(id, index);
    else {
      const message = `${JSON.stringify(id)} is the id of ${list}[${first}] already; rename one of them`;
      faults.push({ code: duplicates[list], place: [list, index, "id"], message });
    }
  }
  return positions;
}

/** Joins that would find what two edges bring under one name, and so lose one of them. */
function ambiguousJoins(spec: GraphSpec): readonly PlacedFault[] {
  const joins = new Map<string, { readonly edge: EdgeSpec; readonly index: number }[]>();
  const nodes = [...spec.nodes];
  for (const { id, type } of nodes) if (type === "Join") joins.set(id, []);
  if (joins.size === 0) return [];
  for (const [index, edge] of [...spec.edges].entries()) joins.get(edge.toNode)?.push({ edge, index });
  return [...joins].flatMap(([joinId, parents]) => {
    const slots = joinSlots(parents.map(({ edge }) => edge));
    const isByNode = (at: number): boolean => slots[at] === parents[at]?.edge.fromNode;
    const namingNodes = new Set(slots.filter((_, at) => isByNode(at)));
    return parents.flatMap(({ edge, index }, at): readonly PlacedFault[] => {
      if (isByNode(at) || !namingNodes.has(edge.id)) return [];
      const [id, from, join] = [edge.id, edge.fromNode, joinId].map((text) => JSON.stringify(text));
      const message =
        `${id} is the name of two inputs of join ${join}: of what node ${id} brings, and of what this edge brings, ` +
        `which is named by its id because several edges lead there from node ${from}; rename this edge`;
      return [{ code: "ambiguous_join", place: ["edges", index, "id"], message }];
    });
  });
}

function unreachableNodes(spec: GraphSpec): readonly PlacedFault[] {
  const reached = reachableFrom(spec, spec.start);
  return [...[...spec.nodes].entries()]
    .filter(([, { id }]) => !reached.has(id))
    .map(([index, { id }]) => ({
      code: "unreachable_node",
      place: ["nodes", index],
      message: `no path leads from the start to node ${JSON.stringify(id)}; it never runs`,
    }));
}

function cycleGroups(spec: GraphSpec): readonly PlacedFault[] {
  const groups = cycles(spec);
  if (groups.length === 0) return [];
  // Backwards, so that of two nodes with one id the first counts.
  const positions = new Map(spec.nodes.map(({ id }, index) => [id, index] as const).toReversed());
  return groups.map((group) => ({
    code: "cycle",
    place: ["nodes", positions.get(group[0] ?? "") ?? 0],
    message: `a run can pass more than once through ${group.map((id) => JSON.stringify(id)).join(", ")}`,
  }));
}

function noSuchNode(what: string, id: string): string {
  return `${what} is ${JSON.stringify(id)}, and there is no node of that id`;
}
