import type { NodeRun } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { criticalPath, parentsIn } from "./critical-path.ts";

const ran = (nodeId: string, durationMs: number): NodeRun => ({ nodeId, durationMs, attempts: 1, ok: true });
const edge = (fromNode: string, toNode: string) => ({
  id: `${fromNode}-${toNode}`,
  fromNode,
  toNode,
  priority: 0,
});
const ids = (path: readonly NodeRun[]): readonly string[] => path.map(({ nodeId }) => nodeId);

describe("the critical path", () => {
  const parents = parentsIn({
    edges: [edge("split", "fast"), edge("split", "slow"), edge("fast", "join"), edge("slow", "join")],
  });

  test("goes through the slower of two branches", () => {
    const nodes = [ran("split", 1), ran("fast", 2), ran("slow", 9), ran("join", 1)];
    expect(ids(criticalPath(nodes, parents))).toEqual(["split", "slow", "join"]);
  });

  test("ends where the last of several ends took longest", () => {
    const nodes = [ran("split", 1), ran("fast", 2), ran("slow", 9)];
    expect(ids(criticalPath(nodes, parents))).toEqual(["split", "slow"]);
  });

  test("counts each turn of a loop", () => {
    const loop = parentsIn({ edges: [edge("draft", "check"), edge("check", "draft")] });
    const nodes = [ran("draft", 5), ran("check", 1), ran("draft", 7), ran("check", 1)];
    expect(criticalPath(nodes, loop)).toEqual(nodes);
  });

  test("is everything that ran where nothing is known of the edges", () => {
    const nodes = [ran("a", 1), ran("b", 2)];
    expect(criticalPath(nodes)).toBe(nodes);
  });
});
