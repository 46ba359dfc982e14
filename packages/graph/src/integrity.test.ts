import { expect, test } from "vitest";
import { integrity } from "./integrity.ts";
import { GraphSpec } from "./spec.ts";

const node = (id: string) => ({ id, type: "T" });
const edge = (id: string, fromNode: string, toNode: string) => ({ id, fromNode, toNode });

test("finds nothing in a sound graph without loops", () => {
  const spec = GraphSpec.parse({
    id: "g",
    start: "a",
    nodes: [node("a"), node("b"), node("c")],
    edges: [edge("1", "a", "b"), edge("2", "a", "c"), edge("3", "b", "c")],
  });
  expect(integrity(spec)).toEqual({ errors: [], warnings: [], information: [] });
});

test("lists every finding with its code and place", () => {
  const spec = GraphSpec.parse({
    id: "g",
    start: "a",
    nodes: [node("a"), node("b"), node("a"), node("island"), node("b")],
    edges: [
      edge("1", "a", "b"),
      edge("1", "b", "a"),
      edge("2", "ghost", "b"),
      edge("3", "b", "ghost"),
      edge("4", "island", "island"),
    ],
  });
  const { errors, warnings, information } = integrity(spec);
  expect(errors.map(({ code, path }) => [code, path])).toEqual([
    ["duplicate_node_id", "nodes[2].id"],
    ["duplicate_node_id", "nodes[4].id"],
    ["duplicate_edge_id", "edges[1].id"],
    ["dangling_edge", "edges[2].fromNode"],
    ["dangling_edge", "edges[3].toNode"],
  ]);
  expect(errors[0]?.message).toBe('"a" is the id of nodes[0] already; rename one of them');
  expect(errors[3]?.message).toBe('an end of edge "2" is "ghost", and there is no node of that id');
  expect(warnings).toEqual([
    {
      code: "unreachable_node",
      path: "nodes[3]",
      message: 'no path leads from the start to node "island"; it never runs',
    },
  ]);
  expect(information.map(({ code, path, message }) => [code, path, message])).toEqual([
    ["cycle", "nodes[0]", 'a run can pass more than once through "a", "b"'],
    ["cycle", "nodes[3]", 'a run can pass more than once through "island"'],
  ]);
});

test("says that the start is missing instead of calling every node unreachable", () => {
  const spec = GraphSpec.parse({ id: "g", start: "z", nodes: [node("a")], edges: [] });
  expect(integrity(spec)).toMatchObject({ errors: [{ code: "missing_start", path: "start" }], warnings: [] });
});

test("reads ids that look like inherited properties as plain ids", () => {
  const spec = GraphSpec.parse({
    id: "g",
    start: "constructor",
    nodes: [node("constructor"), node("toString")],
    edges: [edge("hasOwnProperty", "constructor", "toString"), edge("x", "toString", "valueOf")],
  });
  expect(integrity(spec).errors.map(({ path }) => path)).toEqual(["edges[1].toNode"]);
});
