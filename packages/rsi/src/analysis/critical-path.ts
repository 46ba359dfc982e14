import type { GraphSpec, NodeRun } from "@spark/graph";

/** The ids of the nodes that lead to each node. */
export type Parents = ReadonlyMap<string, readonly string[]>;

/** Who leads to whom in a spec. */
export function parentsIn({ edges }: Pick<GraphSpec, "edges">): Parents {
  const parents = new Map<string, string[]>();
  for (const { fromNode, toNode } of edges) {
    const list = parents.get(toNode);
    if (list === undefined) parents.set(toNode, [fromNode]);
    else list.push(fromNode);
  }
  return parents;
}

/** One node execution at the end of the longest chain that led to it. */
interface Link {
  readonly run: NodeRun;
  /** Milliseconds from the start of the chain to the end of this execution. */
  readonly endMs: number;
  readonly before: Link | undefined;
}

/**
 * The node executions that a run had to wait for: the longest chain by duration, first one first.
 *
 * `nodes` are in the order of their ends, as a run record has them, so an execution follows the latest one of
 * those of its parents that have ended. Without parents all executions are one chain. O(nodes × parents).
 */
export function criticalPath(nodes: readonly NodeRun[], parents?: Parents): readonly NodeRun[] {
  if (parents === undefined) return nodes;
  const latest = new Map<string, Link>();
  let last: Link | undefined;
  for (const run of nodes) {
    const before = longest(parents.get(run.nodeId) ?? [], latest);
    const link: Link = { run, endMs: (before?.endMs ?? 0) + run.durationMs, before };
    latest.set(run.nodeId, link);
    if (last === undefined || link.endMs >= last.endMs) last = link;
  }
  const path: NodeRun[] = [];
  for (let link = last; link !== undefined; link = link.before) path.push(link.run);
  return path.reverse();
}

function longest(ids: readonly string[], latest: ReadonlyMap<string, Link>): Link | undefined {
  let found: Link | undefined;
  for (const id of ids) {
    const link = latest.get(id);
    if (link !== undefined && (found === undefined || link.endMs > found.endMs)) found = link;
  }
  return found;
}
