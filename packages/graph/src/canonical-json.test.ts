import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { jsonEqual } from "./json-equal.ts";

test("orders keys, drops undefined ones and writes no white space", () => {
  expect(canonicalJson({ b: [1, { d: null, c: undefined }], a: "é" })).toBe('{"a":"é","b":[1,{"d":null}]}');
});

test("writes numbers and text in one way", () => {
  expect(canonicalJson([-0, 1.0, 1e21, 1e-7])).toBe("[0,1,1e+21,1e-7]");
  expect(canonicalJson("\ud800 \u2028 \n")).toBe('"\\ud800 \u2028 \\n"');
});

test("is the same text for equal values, other text for others, and reads back as the value", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(canonicalJson(left) === canonicalJson(right)).toBe(jsonEqual(left, right));
      expect(jsonEqual(JSON.parse(canonicalJson(left)), left)).toBe(true);
      expect(canonicalJson(reversed(left))).toBe(canonicalJson(left));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test.each([undefined, Number.NaN, Infinity, 1n, () => 1, [undefined]])("refuses %s", (value) => {
  expect(() => canonicalJson(value)).toThrow("Expected a JSON value");
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
