import type { JsonObject, NodeDefinition, NodeRegistry, NodeSpec } from "@spark/graph";
import { jsonSchemaOf } from "../contracts/json-schema.ts";

/** A node type that is declared to stand in for another, with a config that it accepts. */
export interface Alternative {
  readonly definition: NodeDefinition;
  /** As much of the old config as the new type takes; absent where nothing is left. */
  readonly config: JsonObject | undefined;
  /** Keys of the old config that the new type does not know, or takes no such value for. */
  readonly dropped: readonly string[];
}

/** The declared alternatives of a node that are registered, can be configured, and have no new effects. */
export function alternativesOf(spec: NodeSpec, registry: NodeRegistry): readonly Alternative[] {
  const own = registry.definition(spec.type);
  return (own?.alternatives ?? []).flatMap((type) => {
    const definition = registry.definition(type);
    if (definition === undefined || (definition.effects && own?.effects !== true)) return [];
    const config = acceptedConfig(spec.config ?? {}, definition, registry);
    if (config === undefined) return [];
    const kept = Object.keys(config);
    return [
      {
        definition,
        config: kept.length === 0 ? undefined : config,
        dropped: Object.keys(spec.config ?? {}).filter((key) => !kept.includes(key)),
      },
    ];
  });
}

/** The largest part of a config that fits a type: all of it, the keys the type knows, or its policies alone. */
function acceptedConfig(
  config: JsonObject,
  definition: NodeDefinition,
  registry: NodeRegistry,
): JsonObject | undefined {
  const known = Object.keys(jsonSchemaOf(definition.config, "input")?.properties ?? {});
  const only = (keys: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(config).filter(([key]) => keys.includes(key)));
  const attempts = [
    ...(definition.config === undefined ? [] : [config]),
    only([...known, "policies"]),
    only(["policies"]),
  ];
  return attempts.find((attempt) => registry.configFaults(definition.type, attempt).length === 0);
}
