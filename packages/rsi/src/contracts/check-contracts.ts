import type { EdgeSpec, GraphSpec, NodeRegistry, NodeSpec } from "@spark/graph";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";
import { SchemaComparison } from "./schema-fit.ts";

/** An edge along which something may come that the next node does not accept. */
export interface ContractFault {
  readonly edgeId: string;
  readonly fromNode: string;
  readonly toNode: string;
  /** What does not fit, in words. */
  readonly faults: readonly string[];
}

/**
 * Compares, for every edge, what its source node gives with what its target node accepts, by the schemas of the
 * registry. Empty when everything fits.
 *
 * A condition of kind `equals` narrows what is given to the alternatives it lets through. A fallback edge gives
 * `{ inputs, error }`, a join the outputs of its parents by node id. Where a node type declares no schema there
 * is nothing to compare.
 */
export function checkContracts(spec: GraphSpec, registry: NodeRegistry): readonly ContractFault[] {
  const nodes = new Map(spec.nodes.map((node) => [node.id, node]));
  const outputs = (id: string): JsonSchema | undefined => outputOf(id, { spec, nodes, registry });
  const comparison = new SchemaComparison();
  return spec.edges.flatMap((edge) => {
    const given = edge.onError === true ? failureOf(edge, nodes, registry) : outputs(edge.fromNode);
    const wanted = jsonSchemaOf(definitionOf(nodes.get(edge.toNode), registry)?.input, "input");
    if (given === undefined || wanted === undefined) return [];
    const faults = comparison.misfits(narrowed(given, edge), wanted);
    return faults.length === 0
      ? []
      : [{ edgeId: edge.id, fromNode: edge.fromNode, toNode: edge.toNode, faults }];
  });
}

interface Surroundings {
  readonly spec: GraphSpec;
  readonly nodes: ReadonlyMap<string, NodeSpec>;
  readonly registry: NodeRegistry;
}

function definitionOf(node: NodeSpec | undefined, registry: NodeRegistry) {
  return node === undefined ? undefined : registry.definition(node.type);
}

function outputOf(id: string, around: Surroundings): JsonSchema | undefined {
  const node = around.nodes.get(id);
  if (node?.type === "Join") return joinedOutput(node, around);
  return jsonSchemaOf(definitionOf(node, around.registry)?.output, "output");
}

function joinedOutput(join: NodeSpec, around: Surroundings): JsonSchema | undefined {
  const parents = around.spec.edges.filter(({ toNode }) => toNode === join.id);
  const sources = new Set(parents.map(({ fromNode }) => fromNode));
  if (sources.size < parents.length) return undefined;
  const entries = [...sources].map(
    (id) => [id, around.nodes.get(id)?.type === "Join" ? {} : (outputOf(id, around) ?? {})] as const,
  );
  const { mode = "all" } = join.config ?? {};
  return {
    type: "object",
    properties: Object.fromEntries(entries),
    required: mode === "all" ? [...sources] : [],
    additionalProperties: false,
  };
}

/** The error that a fallback edge brings, as `RunError` describes it. */
const runError: JsonSchema = {
  type: "object",
  properties: {
    type: { type: "string" },
    message: { type: "string" },
    nodeId: { type: "string" },
    attempt: { type: "integer" },
  },
  required: ["type", "message", "nodeId", "attempt"],
};

/** What a fallback edge brings. */
function failureOf(
  { fromNode }: EdgeSpec,
  nodes: ReadonlyMap<string, NodeSpec>,
  registry: NodeRegistry,
): JsonSchema {
  const inputs = jsonSchemaOf(definitionOf(nodes.get(fromNode), registry)?.input, "input") ?? {};
  return {
    type: "object",
    properties: { inputs, error: runError },
    required: ["inputs", "error"],
    additionalProperties: false,
  };
}

/** Only the alternatives that the edge's `equals` condition lets through. */
function narrowed(given: JsonSchema, { condition }: EdgeSpec): JsonSchema {
  const options = given.anyOf ?? given.oneOf;
  if (options === undefined || typeof condition !== "object" || condition.kind !== "equals") return given;
  const passes = ({ properties }: JsonSchema): boolean =>
    Object.entries(condition.equals).every(([key, value]) => {
      const field = properties?.[key];
      return field === undefined || !("const" in field) || field.const === value;
    });
  const { anyOf: _, oneOf: __, ...document } = given;
  return { ...document, anyOf: options.filter(passes) };
}
