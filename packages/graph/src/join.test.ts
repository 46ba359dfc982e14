import { describe, expect, test } from "vitest";
import { Graph } from "./graph.ts";
import { type JoinPlan, arrive, emptyJoin, missingArrivals, notYet } from "./join.ts";
import { defineNode } from "./node.ts";
import { NodeRegistry } from "./registry.ts";

const plan = (needed: number): JoinPlan => ({
  index: 0,
  slots: ["a", "b", "c"],
  edgeIds: ["ea", "eb", "ec"],
  needed,
});

describe("a join", () => {
  test("of all waits for every parent edge, and then starts over", () => {
    const state = emptyJoin(plan(3));
    const bring = (slot: number, value: unknown): unknown => arrive(plan(3), state, { slot, value });
    expect(bring(0, 1)).toBe(notYet);
    expect(bring(2, 3)).toBe(notYet);
    expect(missingArrivals(plan(3), state)).toEqual(["eb"]);
    expect(bring(1, 2)).toEqual({ a: 1, b: 2, c: 3 });
    expect(missingArrivals(plan(3), state)).toEqual([]);
    bring(0, 4);
    bring(0, 5);
    bring(1, 6);
    expect(bring(2, 7)).toEqual({ a: 4, b: 6, c: 7 });
    bring(1, 8);
    expect(bring(2, 9)).toEqual({ a: 5, b: 8, c: 9 });
  });

  test("of any goes on with the first and swallows the rest of the round", () => {
    const state = emptyJoin(plan(1));
    const bring = (slot: number, value: unknown): unknown => arrive(plan(1), state, { slot, value });
    expect(bring(1, "first")).toEqual({ b: "first" });
    expect(bring(0, "late")).toBe(notYet);
    expect(bring(2, "late")).toBe(notYet);
    expect(bring(0, "next round")).toEqual({ a: "next round" });
    expect(missingArrivals(plan(1), state)).toEqual([]);
  });

  test("of a quorum goes on with that many", () => {
    const state = emptyJoin(plan(2));
    const bring = (slot: number, value: unknown): unknown => arrive(plan(2), state, { slot, value });
    expect(bring(2, 1)).toBe(notYet);
    expect(bring(0, 2)).toEqual({ a: 2, c: 1 });
    expect(bring(1, 3)).toBe(notYet);
    expect(bring(1, 4)).toBe(notYet);
    expect(bring(0, 5)).toEqual({ a: 5, b: 4 });
  });
});

describe("a join in a graph", () => {
  const echo = defineNode({ type: "Echo", process: (inputs: unknown) => inputs });
  const graph = (config: Record<string, string | number>, bHappens: string): Graph =>
    Graph.fromSpec(
      {
        id: "g",
        start: "s",
        nodes: [
          { id: "s", type: "Echo" },
          { id: "a", type: "Echo" },
          { id: "b", type: "Echo" },
          { id: "j", type: "Join", config },
        ],
        edges: [
          { id: "sa", fromNode: "s", toNode: "a" },
          { id: "sb", fromNode: "s", toNode: "b", condition: bHappens },
          { id: "aj", fromNode: "a", toNode: "j" },
          { id: "aj2", fromNode: "a", toNode: "j", priority: -1 },
          { id: "bj", fromNode: "b", toNode: "j" },
        ],
      },
      new NodeRegistry([echo]),
    );

  test("names what arrived by parent, two edges of one parent by their ids", async () => {
    expect(await graph({ mode: "all" }, "true").run(1)).toEqual({ aj: 1, aj2: 1, b: 1 });
  });

  test("says which edge it waited for in vain", async () => {
    await expect(graph({ mode: "all" }, "false").run(1)).rejects.toMatchObject({
      code: "join_starved",
      details: { nodeId: "j", missing: ["bj"] },
    });
    expect(await graph({ mode: "quorum", quorum: 2 }, "false").run(1)).toEqual({ aj: 1, aj2: 1 });
  });

  test("refuses a quorum that no number of parents can meet", () => {
    expect(() => graph({ mode: "quorum", quorum: 4 }, "true")).toThrow(/quorum 4 can never be met by 3/);
    expect(() => graph({ mode: "quorum" }, "true")).toThrow(/quorum/);
  });
});
