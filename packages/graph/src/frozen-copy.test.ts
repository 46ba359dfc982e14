import * as fc from "fast-check";
import { expect, test } from "vitest";
import { frozenCopy } from "./frozen-copy.ts";

test("copies what is not frozen and leaves the original alone", () => {
  const original = { a: [{ b: 1 }] };
  const copy = frozenCopy(original);
  expect(copy).toEqual(original);
  expect(isDeeplyFrozen(copy)).toBe(true);
  original.a.push({ b: 2 });
  expect(copy).toEqual({ a: [{ b: 1 }] });
});

test("shares what is deeply frozen, and only that", () => {
  const frozen = Object.freeze({ list: Object.freeze([1, 2]) });
  const shallow = Object.freeze({ list: [1, 2] });
  const copy = frozenCopy({ frozen, shallow });
  expect(copy.frozen).toBe(frozen);
  expect(copy.shallow).not.toBe(shallow);
  expect(Object.isFrozen(shallow.list)).toBe(false);
  expect(frozenCopy(copy)).toBe(copy);
});

test("gives an equal, deeply frozen value for any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value);
      const copy = frozenCopy(value);
      expect(JSON.stringify(copy)).toBe(before);
      expect(isDeeplyFrozen(copy)).toBe(true);
      expect(frozenCopy(copy)).toBe(copy);
    }),
    { seed: 4, numRuns: 200 },
  );
});

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}
