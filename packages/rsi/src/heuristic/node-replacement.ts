import { jsonSchemaOf } from "../contracts/json-schema.ts";
import { schemaMisfits } from "../contracts/schema-fit.ts";
import type { NodeDefinition } from "@spark/graph";
import { alternativesOf } from "./alternatives.ts";
import { type HeuristicRule, painThreshold } from "./situation.ts";

/** Proposes, for a node that is slow or fails, each node type that is declared to stand in for its own. */
export const nodeReplacement: HeuristicRule = {
  name: "node-replacement",
  propose: ({ nodes, registry }) =>
    nodes
      .filter(({ pain }) => pain >= painThreshold)
      .flatMap((node) =>
        alternativesOf(node.spec, registry)
          .filter(({ definition }) => canStandIn(definition, node.definition))
          .map(({ definition, config, dropped }) => {
            const { config: _before, ...spec } = node.spec;
            return {
              hypothesisType: "node_replacement" as const,
              targetNode: node.spec.id,
              rationale:
                `Node ${node.spec.id} takes ${(node.latencyShare * 100).toFixed(0)} % of the time and fails in ` +
                `${(node.errorRate * 100).toFixed(1)} % of its executions; ${definition.type} can stand in for ${node.spec.type}.`,
              expectedImprovement: {
                latencyDelta: -node.secondsPerRun / 2,
                successRateDelta: node.errorRate / 2,
              },
              changes: [
                {
                  type: "node_replacement" as const,
                  targetNodeId: node.spec.id,
                  replacementNodeSpec: {
                    ...spec,
                    type: definition.type,
                    ...(config === undefined ? {} : { config }),
                  },
                },
              ],
              riskFactors: dropped.map((key) => `The setting ${key} has no place in ${definition.type}.`),
              evidence: {
                rule: "node-replacement",
                nodeType: node.spec.type,
                replacementType: definition.type,
              },
              promise: 0.55 * (0.2 + 0.8 * node.pain),
            };
          }),
      ),
};

/** It takes what the other takes, and gives what the other gives, as far as both say. */
function canStandIn(other: NodeDefinition, own: NodeDefinition): boolean {
  const [takes, took] = [jsonSchemaOf(other.input, "input"), jsonSchemaOf(own.input, "input")];
  const [gives, gave] = [jsonSchemaOf(other.output, "output"), jsonSchemaOf(own.output, "output")];
  return (
    (takes === undefined || took === undefined || schemaMisfits(took, takes).length === 0) &&
    (gives === undefined || gave === undefined || schemaMisfits(gives, gave).length === 0)
  );
}
