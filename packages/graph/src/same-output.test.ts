import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonEqual } from "./json-equal.ts";
import { sameOutput } from "./same-output.ts";

/** Flat objects of few keys and values, so that two of them are often alike; some are not plain. */
const flat = fc.oneof(
  fc.dictionary(
    fc.constantFrom("a", "b", "toString", "__proto__"),
    fc.constantFrom(undefined, null, 0, 1, "x", {}),
  ),
  fc.constantFrom(
    { toString: Object.prototype.toString },
    new Date(0),
    new Error("x"),
    [1],
    new Map(),
    null,
    1,
  ),
);

describe("whether two outputs are the same", () => {
  test("is what jsonEqual says, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(flat, fc.anything()), fc.oneof(flat, fc.anything()), (left, right) => {
        expect(sameOutput(left, right)).toBe(jsonEqual(left, right));
      }),
      { numRuns: 3000 },
    );
  });

  test("does not depend on the order of keys", () => {
    expect(sameOutput({ a: 1, b: "x" }, { b: "x", a: 1 })).toBe(true);
    expect(sameOutput({ a: undefined, b: 1 }, { b: 1 })).toBe(true);
    expect(sameOutput({ a: undefined }, { b: 1 })).toBe(false);
  });
});
