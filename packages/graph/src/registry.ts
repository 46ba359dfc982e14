import type { z } from "zod";
import { joinNode } from "./join.ts";
import type { Node, NodeDefinition } from "./node.ts";
import { NodePolicies } from "./policies.ts";
import { SparkError } from "./spark-error.ts";
import type { NodeSpec } from "./spec.ts";

/** A node as a graph runs it. */
export interface BuiltNode {
  readonly node: Node;
  readonly definition: NodeDefinition;
  readonly policies: NodePolicies | undefined;
}

/**
 * Which node types there are. An unknown type is an error, never a pass-through. `Join` is always there.
 */
export class NodeRegistry {
  readonly #definitions = new Map<string, NodeDefinition>();

  constructor(definitions: readonly NodeDefinition[] = []) {
    this.register(joinNode);
    for (const definition of definitions) this.register(definition);
  }

  /** Adds a type. A type that is there already is refused. */
  register(definition: NodeDefinition): this {
    if (this.#definitions.has(definition.type)) {
      throw new SparkError("invalid_input", `Node type "${definition.type}" is registered already.`);
    }
    this.#definitions.set(definition.type, definition);
    return this;
  }

  get types(): readonly string[] {
    return [...this.#definitions.keys()];
  }

  definition(type: string): NodeDefinition | undefined {
    return this.#definitions.get(type);
  }

  /** What is wrong with a config for a node of this type, in words; empty when nothing is. */
  configFaults(type: string, config: unknown): readonly string[] {
    const definition = this.#definitions.get(type);
    if (definition === undefined) return [this.#unknown(type)];
    const { policies, settings } = splitConfig(config);
    return [
      ...faultsOf(definition.config, settings, "config"),
      ...(policies === undefined ? [] : faultsOf(NodePolicies, policies, "config.policies")),
    ];
  }

  /** Makes the node of a spec. Throws `unknown_node_type` or `invalid_config`, naming the node. */
  build(spec: NodeSpec): BuiltNode {
    const definition = this.#definitions.get(spec.type);
    if (definition === undefined) {
      throw new SparkError("unknown_node_type", `Node "${spec.id}": ${this.#unknown(spec.type)}`, {
        details: { nodeId: spec.id, type: spec.type },
      });
    }
    const faults = this.configFaults(spec.type, spec.config ?? {});
    if (faults.length > 0) {
      throw new SparkError("invalid_config", `Node "${spec.id}" (${spec.type}): ${faults.join("; ")}`, {
        details: { nodeId: spec.id, type: spec.type, faults },
      });
    }
    const { policies, settings } = splitConfig(spec.config ?? {});
    const config = definition.config === undefined ? settings : definition.config.parse(settings);
    return {
      node: definition.create(config, spec),
      definition,
      policies: policies === undefined ? undefined : NodePolicies.parse(policies),
    };
  }

  #unknown(type: string): string {
    const known = this.types.map((name) => `"${name}"`).join(", ");
    return `expected a registered node type (${known}), got "${type}"; register it with defineNode`;
  }
}

/** `config.policies` is the runtime's, the rest belongs to the node type. */
function splitConfig(config: unknown): { readonly policies?: unknown; readonly settings: unknown } {
  if (typeof config !== "object" || config === null || !("policies" in config)) return { settings: config };
  const { policies, ...settings } = config;
  return { policies, settings };
}

function faultsOf(schema: z.ZodType | undefined, value: unknown, where: string): readonly string[] {
  const result = schema?.safeParse(value);
  if (result === undefined || result.success) return [];
  return result.error.issues.map(
    ({ path, message }) => `${[where, ...path.map(String)].join(".")}: ${message}`,
  );
}
