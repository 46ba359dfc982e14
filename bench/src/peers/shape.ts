import assert from "node:assert/strict";
import type { Count } from "../shapes.ts";

/** The graphs that runtimes are compared on. */
export const shapeNames = [
  "chain of 3",
  "chain of 10",
  "chain of 1000",
  "fan-out of 10 and join",
  "loop of 100",
  "1000 runs of a chain of 10 at once",
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** One piece of work for each shape that a runtime can express. */
export type Shapes = Readonly<Partial<Record<ShapeName, () => Promise<unknown>>>>;

/** Chains, and many of them at once, from one function that makes a chain. */
export function chains(make: (length: number) => (count: Count) => Promise<Count>): Shapes {
  const run = (length: number): (() => Promise<unknown>) => {
    const chain = make(length);
    return async () => counted(length, await chain({ v: 0 }));
  };
  const ten = run(10);
  return {
    "chain of 3": run(3),
    "chain of 10": ten,
    "chain of 1000": run(1000),
    "1000 runs of a chain of 10 at once": () => Promise.all(Array.from({ length: 1000 }, ten)),
  };
}

/** What a run gave must be right, or the time it took means nothing. */
export function counted(expected: number, { v }: Count): Count {
  assert.equal(v, expected);
  return { v };
}

export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `n${at}`);
}
