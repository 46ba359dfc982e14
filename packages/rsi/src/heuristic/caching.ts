import type { JsonValue } from "@spark/graph";
import { type ConfigParameter, configParameters } from "./config-parameters.ts";
import { type HeuristicRule, painThreshold } from "./situation.ts";

const fewestHits = 1000;

/** Proposes to switch on a cache that a node type offers (see `ParameterHints`) where the node takes time. */
export const caching: HeuristicRule = {
  name: "caching",
  propose: ({ nodes }) =>
    nodes
      .filter(({ latencyShare, definition }) => latencyShare >= painThreshold && !definition.effects)
      .flatMap((node) =>
        configParameters(node.definition, node.spec.config).flatMap((parameter) => {
          const newValue = switchedOn(parameter);
          if (newValue === undefined) return [];
          const { configPath, written } = parameter;
          return [
            {
              hypothesisType: "caching" as const,
              targetNode: node.spec.id,
              rationale: `Node ${node.spec.id} takes ${(node.latencyShare * 100).toFixed(0)} % of the time and can keep its answers.`,
              expectedImprovement: { latencyDelta: -node.secondsPerRun / 2 },
              changes: [
                {
                  type: "node_config_update" as const,
                  targetNodeId: node.spec.id,
                  configPath,
                  newValue,
                  ...(written === undefined ? {} : { oldValue: written }),
                },
              ],
              riskFactors: ["A kept answer may be out of date."],
              evidence: { rule: "caching", nodeType: node.spec.type, configPath },
              promise: 0.5 * (0.2 + 0.8 * node.latencyShare),
            },
          ];
        }),
      ),
};

/** The value that switches a cache on; nothing where it is on, or where this is no cache. */
function switchedOn({ hints, current, schema }: ConfigParameter): JsonValue | undefined {
  if (hints.role !== "cache") return undefined;
  if (schema.type === "boolean") return current === true ? undefined : true;
  if (schema.type !== "integer" && schema.type !== "number") return undefined;
  if (typeof current === "number" && current > 0) return undefined;
  const { default: recommended, maximum = fewestHits } = schema;
  return typeof recommended === "number" && recommended > 0 ? recommended : Math.min(maximum, fewestHits);
}
