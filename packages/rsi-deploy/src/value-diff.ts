import { JsonValue, jsonEqual } from "@spark/graph";
import { z } from "zod";

/** Way into a node, an edge or a spec: keys, and positions in lists as numbers. */
const DiffPath = z
  .array(
    z.union([
      z.string().refine((key) => key !== "__proto__", { error: "expected a key other than __proto__" }),
      z.int().nonnegative(),
    ]),
  )
  .min(1)
  .readonly();

/** One value that is different; without `oldValue` it is new, without `newValue` it is gone. */
export const ValueChange = z
  .strictObject({ path: DiffPath, oldValue: JsonValue.exactOptional(), newValue: JsonValue.exactOptional() })
  .readonly();
export type ValueChange = z.infer<typeof ValueChange>;

type Values = Readonly<Record<string, JsonValue | undefined>>;

/**
 * What is different between two objects, as deep as they have the same shape. Lists of different length are
 * one difference. Parts that are the same object are not looked into.
 */
export function diffValues(before: object, after: object): readonly ValueChange[] {
  const changes: ValueChange[] = [];
  collectFields(before as Values, after as Values, { path: [], changes });
  return changes;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly changes: ValueChange[];
}

function collectFields(before: Values, after: Values, { path, changes }: Place): void {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) collect(own(before, key), own(after, key), { path: [...path, key], changes });
}

function collect(before: JsonValue | undefined, after: JsonValue | undefined, place: Place): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((value, at) => collect(value, after[at], { ...place, path: [...place.path, at] }));
  } else if (isObject(before) && isObject(after)) {
    collectFields(before, after, place);
  } else if (!jsonEqual(before, after)) {
    place.changes.push({
      path: place.path,
      ...(before === undefined ? {} : { oldValue: before }),
      ...(after === undefined ? {} : { newValue: after }),
    });
  }
}

function own(object: Values, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
