import { type JsonObject, type JsonValue, type NodeDefinition } from "@spark/graph";
import { printConfigPath } from "@spark/rsi-deploy";
import { z } from "zod";
import { type JsonSchema, jsonSchemaOf } from "../contracts/json-schema.ts";

/** What a parameter can make better. */
export const Objective = z.enum(["latency", "cost", "errors", "quality"]);
export type Objective = z.infer<typeof Objective>;

/**
 * What a node's author may say of a config value, by zod's `.meta({ ... })`: which way is better for what, and
 * that it switches a cache (a boolean, or a number of entries or seconds where 0 is off). `improves: {}` says that
 * neither way is better as such: no steps are proposed, only the default where it is not in force.
 *
 * @example z.int().min(1).max(8).default(2).meta({ improves: { lower: ["latency"], higher: ["quality"] } })
 */
export const ParameterHints = z.object({
  improves: z
    .object({
      lower: z.array(Objective).readonly().exactOptional(),
      higher: z.array(Objective).readonly().exactOptional(),
    })
    .exactOptional(),
  role: z.literal("cache").exactOptional(),
});
export type ParameterHints = z.infer<typeof ParameterHints>;

/** One value in the config of a node, as the schema of its type describes it. */
export interface ConfigParameter {
  /** As `node_config_update` takes it. */
  readonly configPath: string;
  /** What is in force: from the config, else the default. */
  readonly current: JsonValue | undefined;
  /** What the config itself says; absent where the default is in force. */
  readonly written: JsonValue | undefined;
  readonly schema: JsonSchema;
  readonly hints: ParameterHints;
}

/** The single values in the config schema of a node type, nested ones included; lists are left alone. */
export function configParameters(
  definition: NodeDefinition,
  config: JsonObject = {},
): readonly ConfigParameter[] {
  const schema = jsonSchemaOf(definition.config, "input");
  return schema === undefined ? [] : parametersIn(schema, config, []);
}

function parametersIn(
  schema: JsonSchema,
  config: JsonObject,
  path: readonly string[],
): readonly ConfigParameter[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const written = config[key];
    const place = [...path, key];
    if (property.properties !== undefined) {
      return isObject(written) ? parametersIn(property, written, place) : [];
    }
    const hints = ParameterHints.safeParse(property);
    return [
      {
        configPath: printConfigPath(place),
        current: written ?? (property.default as JsonValue | undefined),
        written,
        schema: property,
        hints: hints.success ? hints.data : {},
      },
    ];
  });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
