import type { EdgeSpec, NodeDefinition } from "@spark/graph";
import { jsonSchemaOf } from "../contracts/json-schema.ts";
import { schemaMisfits } from "../contracts/schema-fit.ts";
import { type Alternative, alternativesOf } from "./alternatives.ts";
import type { HeuristicRule, NodeSituation, Situation } from "./situation.ts";

/**
 * Proposes, for a node that fails and has no fallback, one of its declared alternatives as the fallback: tried
 * only on the inputs the node has failed on. The alternative must take what a fallback edge brings,
 * `{ inputs, error }`, and lead to where the node leads.
 */
export const fallback: HeuristicRule = {
  name: "fallback",
  propose: (situation) =>
    situation.nodes
      .filter(({ errorRate, spec }) => errorRate > 0 && hasNoFallback(spec.id, situation))
      .flatMap((node) =>
        alternativesOf(node.spec, situation.registry)
          .filter(({ definition }) => takesFailures(definition, node.definition))
          .flatMap((alternative) => proposal(node, alternative, situation)),
      ),
};

function proposal(node: NodeSituation, { definition, config }: Alternative, { baseline }: Situation) {
  const { spec } = baseline;
  const { id } = node.spec;
  const nodeId = freeId(`${id}_fallback`, spec.nodes);
  const exits = spec.edges.filter(({ fromNode, onError }) => fromNode === id && onError !== true);
  const types = new Map(spec.nodes.map((each) => [each.id, each.type]));
  // A join counts its parent edges: one more, which is taken only at times, would starve it.
  if (exits.some(({ toNode }) => types.get(toNode) === "Join")) return [];
  const edges: EdgeSpec[] = [
    {
      id: freeId(`${id}_to_${nodeId}`, spec.edges),
      fromNode: id,
      toNode: nodeId,
      priority: 0,
      onError: true,
    },
    ...exits.map((edge) => ({ ...edge, id: freeId(`${nodeId}_${edge.id}`, spec.edges), fromNode: nodeId })),
  ];
  return [
    {
      hypothesisType: "custom" as const,
      targetNode: id,
      rationale:
        `Node ${id} fails in ${(node.errorRate * 100).toFixed(1)} % of its executions and nothing takes them up; ` +
        `${definition.type} can do its work for those.`,
      expectedImprovement: { successRateDelta: node.errorRate / 2 },
      changes: [
        {
          type: "node_add" as const,
          nodeSpec: { id: nodeId, type: definition.type, ...(config === undefined ? {} : { config }) },
        },
        ...edges.map((edgeSpec) => ({ type: "edge_add" as const, edgeSpec })),
      ],
      riskFactors: ["Runs that failed visibly now give a result of the second choice."],
      evidence: { rule: "fallback", nodeType: node.spec.type, replacementType: definition.type },
      promise: 0.6 * (0.2 + 0.8 * Math.min(1, node.errorRate * 10)),
    },
  ];
}

function hasNoFallback(nodeId: string, { baseline }: Situation): boolean {
  return !baseline.spec.edges.some(({ fromNode, onError }) => fromNode === nodeId && onError === true);
}

function takesFailures(other: NodeDefinition, own: NodeDefinition): boolean {
  const wanted = jsonSchemaOf(other.input, "input");
  if (wanted === undefined) return false;
  const inputs = jsonSchemaOf(own.input, "input") ?? {};
  const brought = {
    type: "object",
    properties: { inputs, error: { type: "object" } },
    required: ["inputs", "error"],
  };
  return schemaMisfits(brought, wanted).length === 0;
}

function freeId(wanted: string, taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id));
  let id = wanted;
  for (let next = 2; ids.has(id); next += 1) id = `${wanted}_${next}`;
  return id;
}
