import { type JsonValue, jsonEqual } from "@spark/graph";
import type { HypothesisProposalInput } from "../hypothesis-model.ts";
import { type ConfigParameter, configParameters, type Objective } from "./config-parameters.ts";
import { type Direction, nextValues } from "./search-step.ts";
import type { HeuristicRule, NodeSituation } from "./situation.ts";

/**
 * Proposes other values of config parameters: the default their author recommends, steps towards the bounds of
 * their range, the other choices of an enumeration.
 *
 * Which way is better comes from the parameter's hints. Without any, both ways are proposed, lower first, since
 * most numbers in configs limit work; what has been tried or learned decides from there.
 */
export const parameterTuning: HeuristicRule = {
  name: "parameter-tuning",
  propose: ({ nodes }) =>
    nodes.flatMap((node) =>
      configParameters(node.definition, node.spec.config)
        .filter(({ hints, current }) => hints.role !== "cache" && current !== undefined)
        .flatMap((parameter) => [
          ...recommendedValue(node, parameter),
          ...steps(node, parameter),
          ...otherChoices(node, parameter),
        ]),
    ),
};

/** Chances, before anything is known, that a value of this origin is better. */
const chances = { recommended: 0.6, hinted: 0.7, lower: 0.35, higher: 0.2, choice: 0.3 } as const;

function recommendedValue(
  node: NodeSituation,
  parameter: ConfigParameter,
): readonly HypothesisProposalInput[] {
  const recommended = parameter.schema.default as JsonValue | undefined;
  if (recommended === undefined || jsonEqual(recommended, parameter.current)) return [];
  const direction = directionOf(parameter.current, recommended);
  return [
    proposal(node, parameter, {
      newValue: recommended,
      chance: chances.recommended,
      // A value somebody set on purpose is worth a try even where nothing hurts.
      pain: Math.max(node.pain, 0.3),
      origin: `the recommended value of ${node.spec.type}`,
      ...(direction === undefined
        ? {}
        : { direction, objectives: parameter.hints.improves?.[direction] ?? [] }),
    }),
  ];
}

function steps(node: NodeSituation, parameter: ConfigParameter): readonly HypothesisProposalInput[] {
  const { current, schema, hints } = parameter;
  if (typeof current !== "number") return [];
  return (["lower", "higher"] as const).flatMap((direction) => {
    const objectives = hints.improves?.[direction];
    const pain = painFor(node, objectives);
    if (pain === 0 || (objectives === undefined && hints.improves !== undefined)) return [];
    return nextValues(current, direction, schema).map((newValue, at) =>
      proposal(node, parameter, {
        newValue,
        // The bolder step first: it is the easier one to see in a test.
        chance: (objectives === undefined ? chances[direction] : chances.hinted) * 0.9 ** at,
        pain,
        origin:
          objectives === undefined
            ? "a step within its range"
            : `a step that helps ${objectives.join(" and ")}`,
        direction,
        objectives: objectives ?? [],
      }),
    );
  });
}

function otherChoices(node: NodeSituation, parameter: ConfigParameter): readonly HypothesisProposalInput[] {
  const { schema, current } = parameter;
  if (node.pain === 0) return [];
  const choices = schema.type === "boolean" ? [true, false] : ((schema.enum ?? []) as readonly JsonValue[]);
  return choices
    .filter((choice) => choice !== current && choice !== schema.default)
    .map((newValue) =>
      proposal(node, parameter, {
        newValue,
        chance: chances.choice,
        pain: node.pain,
        origin: "another of its choices",
      }),
    );
}

interface Idea {
  readonly newValue: JsonValue;
  readonly chance: number;
  readonly pain: number;
  readonly origin: string;
  readonly direction?: Direction;
  readonly objectives?: readonly Objective[];
}

function proposal(
  node: NodeSituation,
  { configPath, current, written }: ConfigParameter,
  { newValue, chance, pain, origin, direction, objectives = [] }: Idea,
): HypothesisProposalInput {
  const { id, type } = node.spec;
  const helps = (objective: Objective): boolean => objectives.length === 0 || objectives.includes(objective);
  return {
    hypothesisType: "parameter_tuning",
    targetNode: id,
    rationale:
      `${configPath} of node ${id} is ${JSON.stringify(current)}; ${JSON.stringify(newValue)} is ${origin}. ` +
      sorrows(node),
    // Half of what the node costs, where this can help it at all.
    expectedImprovement: {
      ...(helps("latency") ? { latencyDelta: -node.secondsPerRun / 2 } : {}),
      ...(helps("errors") ? { successRateDelta: node.errorRate / 2 } : {}),
    },
    changes: [
      {
        type: "node_config_update",
        targetNodeId: id,
        configPath,
        newValue,
        ...(written === undefined ? {} : { oldValue: written }),
      },
    ],
    evidence: { rule: parameterTuning.name, nodeType: type, configPath, ...(direction && { direction }) },
    promise: chance * (0.2 + 0.8 * pain),
  };
}

/** Speed and errors are what a node's metrics show; cost and quality can be improved anywhere. */
function painFor(node: NodeSituation, objectives: readonly Objective[] | undefined): number {
  if (objectives === undefined) return node.pain;
  return Math.max(
    objectives.includes("latency") ? node.latencyShare : 0,
    objectives.includes("errors") ? Math.min(1, node.errorRate * 10) : 0,
    objectives.includes("cost") && node.isCostly ? 0.6 : 0,
    objectives.includes("cost") || objectives.includes("quality") ? 0.3 : 0,
  );
}

function sorrows({ latencyShare, errorRate }: NodeSituation): string {
  return `The node takes ${percent(latencyShare)} of the time and fails in ${percent(errorRate)} of its executions.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function directionOf(from: JsonValue | undefined, to: JsonValue): Direction | undefined {
  if (typeof from !== "number" || typeof to !== "number") return undefined;
  return to < from ? "lower" : "higher";
}
