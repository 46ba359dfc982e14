import { z } from "zod";

/** As much of a JSON Schema as is looked at here. */
export interface JsonSchema {
  /** There on a whole document, which references inside it point into. */
  readonly $schema?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  /** Name of a value that has no JSON form, from `.meta({ contract })`. */
  readonly contract?: string;
  /** See `ParameterHints`. */
  readonly improves?: unknown;
  readonly role?: unknown;
}

/** What was written once is the same for ever: schemas do not change. */
const written = {
  input: new WeakMap<z.ZodType, JsonSchema>(),
  output: new WeakMap<z.ZodType, JsonSchema>(),
} as const;

/**
 * A zod schema as JSON Schema: of what it takes in (`input`) or gives out (`output`). What JSON cannot say
 * (custom checks, transforms) comes out as "anything"; a schema that cannot be written at all as `undefined`.
 */
export function jsonSchemaOf(schema: z.ZodType | undefined, io: "input" | "output"): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  const known = written[io].get(schema);
  if (known !== undefined) return known;
  try {
    const document = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
    written[io].set(schema, document);
    return document;
  } catch {
    return undefined;
  }
}
