import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonEqual } from "./json-equal.ts";

test("agrees with the comparison of canonical texts", () => {
  const small = fc.jsonValue({ maxDepth: 3 });
  const pairs = fc.oneof(
    fc.tuple(small, small),
    small.map((value) => [value, JSON.parse(JSON.stringify(value)) as unknown] as const),
  );
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      expect(jsonEqual(left, right)).toBe(sorted(left) === sorted(right));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("ignores the order of keys and keys that are undefined", () => {
  expect(jsonEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(jsonEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(jsonEqual({ a: 1, b: undefined }, { a: 1, c: undefined })).toBe(true);
  expect(jsonEqual({ a: 1 }, { a: 1, b: null })).toBe(false);
});

test("does not convert", () => {
  expect(jsonEqual(1, "1")).toBe(false);
  expect(jsonEqual(0, false)).toBe(false);
  expect(jsonEqual(null, undefined)).toBe(false);
  expect(jsonEqual([], {})).toBe(false);
  expect(jsonEqual({ length: 0 }, [])).toBe(false);
  expect(jsonEqual(0, -0)).toBe(true);
});

test("does not take two dates or maps for equal because both have no fields", () => {
  expect(jsonEqual(new Date(0), new Date(1))).toBe(false);
  expect(jsonEqual({ at: new Map([[1, 2]]) }, { at: new Map() })).toBe(false);
  expect(jsonEqual({ at: new Date(0) }, { at: {} })).toBe(false);
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
