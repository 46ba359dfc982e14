import { SparkError } from "@spark/graph";
import { z } from "zod";
import { deepFreeze } from "./deep-freeze.ts";

/**
 * Checks what a caller hands in; the result is a frozen copy that shares nothing with it.
 *
 * @throws SparkError `invalid_input` that lists every fault with its path.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return deepFreeze(parsed.data);
  throw new SparkError("invalid_input", `The ${what} is not acceptable:\n${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
    details: {
      faults: parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
    },
  });
}

/** The error for an id that nothing is stored under. */
export function unknownId(what: string, id: string): SparkError {
  return new SparkError("unknown_id", `There is no ${what} "${id}". Store it first, or check the id.`, {
    details: { what, id },
  });
}
