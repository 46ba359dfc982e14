import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyInput } from "./input-copy.ts";

/** Every object in a value. */
function objectsIn(value: unknown): readonly object[] {
  return typeof value === "object" && value !== null
    ? [value, ...Object.values(value).flatMap(objectsIn)]
    : [];
}

describe("a copy of an input", () => {
  test("is equal and shares no object with the original", () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withMap: true, withSparseArray: true }), (value) => {
        const copy = copyInput(value);
        expect(copy).toEqual(structuredClone(value));
        const originals = new Set(objectsIn(value));
        expect(objectsIn(copy).filter((object) => originals.has(object))).toEqual([]);
      }),
    );
  });

  test("keeps what is the same object the same object, and ends where a value contains itself", () => {
    const shared = { n: 1 };
    const twice = copyInput({ a: shared, b: shared }) as { a: object; b: object };
    expect(twice.a).toBe(twice.b);
    const loop: { self?: object } = {};
    loop.self = loop;
    const copy = copyInput(loop) as { self: object };
    expect(copy.self).toBe(copy);
    expect(copy).not.toBe(loop);
  });

  test("keeps dates, maps, holes and a key called __proto__", () => {
    const odd: unknown = JSON.parse('{ "__proto__": { "n": 1 } }');
    expect(Object.keys(copyInput(odd) as object)).toEqual(["__proto__"]);
    const holes = Object.assign([], { 0: 1, 2: 3 });
    const value = { at: new Date(0), by: new Map([["a", 1]]), holes };
    expect(copyInput(value)).toEqual(value);
  });

  test("leaves out what an input inherits", () => {
    expect(copyInput(Object.create({ n: 1 }))).toEqual({});
    expect(Object.keys(copyInput(Object.assign(Object.create({ n: 1 }), { list: [] })) as object)).toEqual([
      "list",
    ]);
  });

  test.each([{ f: () => 1 }, Symbol("s"), [Symbol("s")]])("refuses what cannot be copied: %s", (value) => {
    expect(() => copyInput(value)).toThrow(/could not be cloned/);
  });
});
