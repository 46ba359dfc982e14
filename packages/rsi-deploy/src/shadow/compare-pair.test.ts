import type { MirroredPair, NodeOutput } from "@spark/graph";
import { makeRunRecord } from "@spark/telemetry/testing";
import { describe, expect, test } from "vitest";
import { comparePair, withinTolerance } from "./compare-pair.ts";

const outputs = (values: Record<string, unknown>): NodeOutput[] =>
  Object.entries(values).map(([nodeId, output]) => ({ nodeId, effects: false, output }));

const pair = (live: Record<string, unknown>, candidate: Record<string, unknown>): MirroredPair => ({
  live: { record: makeRunRecord(), output: Object.values(live).at(-1), outputs: outputs(live) },
  mirrored: {
    record: makeRunRecord({ arm: "mirror" }),
    output: Object.values(candidate).at(-1),
    outputs: outputs(candidate),
  },
});

const exact = { numericTolerance: 0, comparators: {} };

describe("a pair", () => {
  test("is equal when every node gave the same", () => {
    expect(comparePair(pair({ a: { n: 1 }, b: [1] }, { a: { n: 1 }, b: [1] }), exact)).toEqual({
      class: "equal",
    });
  });

  test("is equivalent when the result is the same on another way", () => {
    expect(comparePair(pair({ a: 1, b: 2 }, { a: 7, b: 2 }), exact)).toEqual({ class: "equivalent" });
  });

  test("is different at the first node that differs, in the order of the live run", () => {
    expect(comparePair(pair({ a: 1, b: 2, c: 3 }, { a: 1, b: 5, c: 6 }), exact)).toEqual({
      class: "different",
      firstDifference: "b",
    });
  });

  test("is compared with tolerance and by comparators", () => {
    expect(comparePair(pair({ a: 100 }, { a: 100.5 }), { ...exact, numericTolerance: 0.01 })).toEqual({
      class: "equivalent",
    });
    expect(comparePair(pair({ a: 100 }, { a: 102 }), { ...exact, numericTolerance: 0.01 })).toEqual({
      class: "different",
      firstDifference: "a",
    });
    const shout = (a: unknown, b: unknown): boolean => String(a).toUpperCase() === String(b).toUpperCase();
    expect(comparePair(pair({ a: "x" }, { a: "X" }), { ...exact, comparators: { output: shout } })).toEqual({
      class: "equivalent",
    });
    expect(
      comparePair(pair({ a: "x", b: 1 }, { a: "X", b: 2 }), { ...exact, comparators: { a: shout } }),
    ).toEqual({ class: "different", firstDifference: "b" });
  });

  test("is different where the candidate was to do something else in the world, though its answer is the live one", () => {
    const act = (inputs: unknown): NodeOutput => ({ nodeId: "send", effects: true, output: "sent", inputs });
    const calm = pair({ a: 1 }, { a: 1 });
    const acting = (live: unknown, candidate: unknown): MirroredPair => ({
      live: { ...calm.live, output: "sent", outputs: [...calm.live.outputs, act(live)] },
      mirrored: { ...calm.mirrored, output: "sent", outputs: [...calm.mirrored.outputs, act(candidate)] },
    });
    expect(comparePair(acting({ to: "ann" }, { to: "ann" }), exact)).toEqual({ class: "equal" });
    expect(comparePair(acting({ to: "ann" }, { to: "bob" }), exact)).toEqual({
      class: "different",
      firstDifference: "send",
    });
  });

  test("is different where something before made the candidate act in a way the live run did not", () => {
    const other = pair({ route: "inbox" }, { route: "spam" });
    const error = { type: "effect_not_recorded", message: "", nodeId: "spam" };
    expect(comparePair({ ...other, mirrored: { ...other.mirrored, error } }, exact)).toEqual({
      class: "different",
      firstDifference: "route",
    });
  });

  test("cannot be compared when the live run failed, an effect was not recorded, or a comparator throws", () => {
    const good = pair({ a: 1 }, { a: 2 });
    const failed = makeRunRecord({ ok: false });
    expect(comparePair({ ...good, live: { ...good.live, record: failed } }, exact)).toEqual({
      class: "not_comparable",
    });
    const error = { type: "effect_not_recorded", message: "", nodeId: "a" };
    const same = pair({ a: 1 }, { a: 1 });
    expect(comparePair({ ...same, mirrored: { ...same.mirrored, error } }, exact)).toEqual({
      class: "not_comparable",
    });
    const broken = {
      ...exact,
      comparators: {
        output: () => {
          throw new Error("oops");
        },
      },
    };
    expect(comparePair(good, broken)).toEqual({ class: "not_comparable" });
  });

  test("in which only the candidate failed says so, with the node", () => {
    const good = pair({ a: 1 }, { a: 1 });
    const error = { type: "TypeError", message: "", nodeId: "a", attempt: 1 };
    expect(comparePair({ ...good, mirrored: { ...good.mirrored, error } }, exact)).toEqual({
      class: "candidate_error",
      firstDifference: "a",
    });
  });
});

test("tolerance reaches into lists and objects, and nothing else is converted", () => {
  const close = withinTolerance(0.1);
  expect(close({ a: [1, { b: 10 }] }, { a: [1.05, { b: 10.5 }] })).toBe(true);
  expect(close({ a: [1] }, { a: [1, 2] })).toBe(false);
  expect(close({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(close("1", 1)).toBe(false);
  expect(close(null, {})).toBe(false);
});
