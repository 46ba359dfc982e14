import { defineNode, GraphSpec, NodeRegistry } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkContracts } from "./check-contracts.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { schemaMisfits } from "./schema-fit.ts";

const misfits = (given: z.ZodType, wanted: z.ZodType): readonly string[] =>
  schemaMisfits(jsonSchemaOf(given, "output") ?? {}, jsonSchemaOf(wanted, "input") ?? {});

describe("schemaMisfits", () => {
  test("accepts what has more than is asked for, and refuses what is strict about it", () => {
    const given = z.object({ n: z.int(), text: z.string() });
    expect(misfits(given, z.object({ n: z.number() }))).toEqual([]);
    expect(misfits(given, z.strictObject({ n: z.number() }))).toEqual(["text: given, but not expected"]);
  });

  test("names the path of what is missing, optional or of another type", () => {
    const given = z.object({ a: z.object({ b: z.string(), c: z.string().optional() }) });
    const wanted = z.object({ a: z.object({ b: z.number(), c: z.string(), d: z.boolean() }) });
    expect(misfits(given, wanted)).toEqual([
      "a.c: expected always, given only sometimes",
      "a.d: expected always, never given",
      "a.b: expected number, given string",
    ]);
  });

  test("lets a default stand in for what is not given", () => {
    expect(misfits(z.object({}), z.strictObject({ n: z.number().default(1) }))).toEqual([]);
  });

  test("asks every alternative that is given to fit one that is wanted", () => {
    const wanted = z.union([
      z.object({ kind: z.literal("a") }),
      z.object({ kind: z.literal("b"), n: z.int() }),
    ]);
    expect(misfits(z.object({ kind: z.literal("a") }), wanted)).toEqual([]);
    expect(misfits(z.object({ kind: z.enum(["a", "c"]) }), wanted)).toHaveLength(1);
    expect(misfits(z.union([z.object({ kind: z.literal("b"), n: z.int() }), z.string()]), wanted)).toEqual([
      "the value: expected object, given string",
    ]);
  });

  test("looks into lists, records and recursive schemas", () => {
    const Tree = z.object({
      name: z.string(),
      get children() {
        return z.array(Tree);
      },
    });
    expect(misfits(Tree, Tree)).toEqual([]);
    expect(misfits(z.array(z.string()), z.array(z.number()))).toEqual(["[]: expected number, given string"]);
    expect(misfits(z.record(z.string(), z.string()), z.record(z.string(), z.number()))).toEqual([
      "{}: expected number, given string",
    ]);
  });

  test("knows values without a JSON form by their name", () => {
    const clock = z.custom<object>().meta({ contract: "Clock" });
    expect(misfits(clock, clock)).toEqual([]);
    expect(misfits(z.object({}), clock)).toEqual(["the value: expected Clock, given object"]);
  });

  test("takes anything where anything is wanted, and nothing less where something is", () => {
    expect(misfits(z.unknown(), z.unknown())).toEqual([]);
    expect(misfits(z.unknown(), z.string())).toEqual(["the value: expected string, given anything"]);
  });
});

describe("checkContracts", () => {
  const gate = z.union([
    z.strictObject({ go: z.literal(true), n: z.number() }),
    z.strictObject({ go: z.literal(false), why: z.string() }),
  ]);
  const registry = new NodeRegistry([
    defineNode({
      type: "Gate",
      input: z.strictObject({ n: z.number() }),
      output: gate,
      process: () => ({ go: true as const, n: 1 }),
    }),
    defineNode({
      type: "Work",
      input: z.object({ n: z.number() }),
      output: z.object({ n: z.number() }),
      process: (x) => x,
    }),
    defineNode({
      type: "Rescue",
      input: z.object({ inputs: z.object({ n: z.number() }) }),
      process: (x) => x,
    }),
    defineNode({
      type: "Sum",
      input: z.object({ left: z.object({ n: z.number() }), right: z.unknown() }),
      process: (x) => x,
    }),
  ]);
  const spec = (nodes: Record<string, string>, edges: readonly object[]): GraphSpec =>
    GraphSpec.parse({
      id: "g",
      start: Object.keys(nodes)[0],
      nodes: Object.entries(nodes).map(([id, type]) => ({ id, type })),
      edges: edges.map((edge, at) => ({ id: `e${at}`, ...edge })),
    });

  test("narrows what a gate gives to what its edge's condition lets through", () => {
    const edge = { fromNode: "gate", toNode: "work" };
    const open = { ...edge, condition: { kind: "equals", equals: { go: true } } };
    expect(checkContracts(spec({ gate: "Gate", work: "Work" }, [open]), registry)).toEqual([]);
    expect(checkContracts(spec({ gate: "Gate", work: "Work" }, [edge]), registry)).toEqual([
      { edgeId: "e0", fromNode: "gate", toNode: "work", faults: ["n: expected always, never given"] },
    ]);
  });

  test("checks fallback edges against the inputs and the error they bring", () => {
    const fallback = { fromNode: "work", toNode: "rescue", onError: true };
    expect(checkContracts(spec({ work: "Work", rescue: "Rescue" }, [fallback]), registry)).toEqual([]);
    expect(
      checkContracts(spec({ work: "Work", again: "Work" }, [{ ...fallback, toNode: "again" }]), registry),
    ).toEqual([expect.objectContaining({ faults: ["n: expected always, never given"] })]);
  });

  test("checks what a join gives by the outputs of its parents", () => {
    const joined = (second: string): GraphSpec =>
      spec({ start: "Work", left: "Work", [second]: "Work", join: "Join", sum: "Sum" }, [
        { fromNode: "start", toNode: "left" },
        { fromNode: "start", toNode: second },
        { fromNode: "left", toNode: "join" },
        { fromNode: second, toNode: "join" },
        { fromNode: "join", toNode: "sum" },
      ]);
    expect(checkContracts(joined("right"), registry)).toEqual([]);
    expect(checkContracts(joined("other"), registry)).toEqual([
      expect.objectContaining({ edgeId: "e4", faults: ["right: expected always, never given"] }),
    ]);
  });
});
