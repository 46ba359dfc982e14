import { type EdgeSpec, type GraphSpec, reachableFrom } from "@spark/graph";
import type { HypothesisProposalInput } from "../hypothesis-model.ts";
import type { HeuristicRule, Situation } from "./situation.ts";

/** Executions of an edge's source that must have passed without the edge being taken. */
const fewestExecutions = 200;

/**
 * Proposes to remove edges that were never taken in many runs, with the nodes only they lead to.
 *
 * An edge is known not to have been taken in a run that went well where its source node ran and its target did
 * not. Fallback edges stay: they wait for what is rare. So do edges into joins, whose target may wait instead.
 */
export const unusedEdges: HeuristicRule = {
  name: "unused-edges",
  propose: (situation) => {
    const executions = executionsWithoutTarget(situation);
    return situation.baseline.spec.edges.flatMap((edge) => {
      const passed = executions.get(edge.id);
      return passed === undefined || passed < fewestExecutions ? [] : removal(edge, passed, situation);
    });
  },
};

/** By edge: how often its source ran, where its target never did in the same run. */
function executionsWithoutTarget({ runs, baseline }: Situation): ReadonlyMap<string, number> {
  const joins = new Set(baseline.spec.nodes.filter(({ type }) => type === "Join").map(({ id }) => id));
  const passed = new Map(
    baseline.spec.edges
      .filter(({ onError, toNode }) => onError !== true && !joins.has(toNode))
      .map(({ id }) => [id, 0]),
  );
  const edges = baseline.spec.edges.filter(({ id }) => passed.has(id));
  for (const run of runs) {
    if (!run.ok) continue;
    const visited = new Set(run.nodes.map(({ nodeId }) => nodeId));
    for (const { id, fromNode, toNode } of edges) {
      if (!visited.has(fromNode)) continue;
      const count = passed.get(id);
      if (count === undefined) continue;
      if (visited.has(toNode)) passed.delete(id);
      else passed.set(id, count + 1);
    }
  }
  return passed;
}

function removal(
  edge: EdgeSpec,
  passed: number,
  { baseline }: Situation,
): readonly HypothesisProposalInput[] {
  const { spec } = baseline;
  const cutOff = nodesCutOff(spec, edge);
  // Rule of three: what was not seen in n tries happens in less than 3 / n of them, at 95 % confidence.
  const atMost = `${((3 / passed) * 100).toPrecision(2)} %`;
  return [
    {
      hypothesisType: cutOff.length === 0 ? "edge_modification" : "custom",
      targetNode: edge.fromNode,
      rationale: `Edge ${edge.id} (${edge.fromNode} to ${edge.toNode}) was taken in none of ${passed} executions.`,
      expectedImprovement: {},
      changes: [
        { type: "edge_remove", targetEdgeId: edge.id },
        ...cutOff.map((targetNodeId) => ({ type: "node_remove" as const, targetNodeId })),
      ],
      riskFactors: [`Up to ${atMost} of the inputs may need it all the same (95 % confidence).`],
      evidence: { rule: unusedEdges.name, executions: passed },
      promise: 0.05,
    },
  ];
}

/** Nodes that only this edge leads to. */
function nodesCutOff(spec: GraphSpec, edge: EdgeSpec): readonly string[] {
  const before = reachableFrom(spec, spec.start);
  const after = reachableFrom({ ...spec, edges: spec.edges.filter(({ id }) => id !== edge.id) }, spec.start);
  return spec.nodes.map(({ id }) => id).filter((id) => before.has(id) && !after.has(id));
}
