import { type JsonObject, SparkError } from "@spark/graph";
import type { z } from "zod";

type Fields = Record<string, unknown>;

/** One kind of object in a document of the Python project: our fields, and what stands in them. */
export interface SparkPart {
  readonly fields: readonly string[];
  /** Parts within; a list of them is meant as well. */
  readonly within?: Readonly<Record<string, SparkPart>>;
  /** Fields that hold a time: without an offset it is taken as UTC. */
  readonly times?: readonly string[];
}

/** The part of a schema: all its fields but `extra`. */
export function sparkPart(schema: z.ZodObject, more: Omit<SparkPart, "fields"> = {}): SparkPart {
  return { fields: Object.keys(schema.shape).filter((field) => field !== "extra"), ...more };
}

/** Our fields of a document: known keys that are null count as absent, unknown ones go to `extra`. */
export function readPart(json: unknown, part: SparkPart): unknown {
  if (Array.isArray(json)) return json.map((item) => readPart(item, part));
  if (!isObject(json)) return json;
  const byKey = new Map(part.fields.map((field) => [snakeCase(field), field]));
  const fields: Fields = {};
  const extra: Fields = {};
  for (const [key, value] of Object.entries(json)) {
    const field = byKey.get(key);
    if (field === undefined) extra[key] = value;
    else if (value !== null) fields[field] = readField(value, field, part);
  }
  return Object.keys(extra).length === 0 ? fields : { ...fields, extra };
}

/** The document of our fields; what is in `extra` stands in its old place. */
export function writePart(value: unknown, part: SparkPart): unknown {
  if (Array.isArray(value)) return value.map((item) => writePart(item, part));
  if (!isObject(value)) return value;
  const document = Object.fromEntries(
    part.fields.flatMap((field) => {
      const inner = part.within?.[field];
      if (value[field] === undefined) return [];
      return [[snakeCase(field), inner ? writePart(value[field], inner) : value[field]]];
    }),
  );
  return { ...(value["extra"] as JsonObject | undefined), ...document };
}

/**
 * What a document says, checked.
 *
 * @throws SparkError `invalid_input` that lists every fault with its path in the document.
 */
export function checkDocument<Schema extends z.ZodType>(
  fields: unknown,
  schema: Schema,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => ({
    path: path.map((step) => (typeof step === "string" ? snakeCase(step) : String(step))).join("."),
    message,
  }));
  const lines = faults.map(({ path, message }) => `- ${path}: ${message}`);
  throw new SparkError("invalid_input", `The ${what} document is not acceptable:\n${lines.join("\n")}`, {
    cause: parsed.error,
    details: { faults },
  });
}

export function snakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const withoutOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

function readField(value: unknown, field: string, part: SparkPart): unknown {
  const inner = part.within?.[field];
  if (inner) return readPart(value, inner);
  const isLocal = typeof value === "string" && part.times?.includes(field) && withoutOffset.test(value);
  return isLocal ? `${value}Z` : value;
}
