import { expect, test } from "vitest";
import { integrity } from "./integrity.ts";
import { soundSpec } from "./sound-spec.ts";
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

/** Two branches that meet in `j`, where `b` has two edges to it. */
const forked = (type: string, secondEdge: string) => ({
  id: "g",
  start: "s",
  nodes: [node("s"), node("a"), node("b"), { id: "j", type }],
  edges: [
    edge("1", "s", "a"),
    edge("2", "s", "b"),
    edge("3", "a", "j"),
    edge("4", "b", "j"),
    edge(secondEdge, "b", "j"),
  ],
});

test("refuses the id __proto__, under which a join would lose what came", () => {
  const spec = GraphSpec.parse({
    id: "g",
    start: "__proto__",
    nodes: [node("__proto__"), node("b")],
    edges: [edge("__proto__", "__proto__", "b")],
  });
  const { errors } = integrity(spec);
  expect(errors.map(({ code, path }) => [code, path])).toEqual([
    ["invalid_value", "nodes[0].id"],
    ["invalid_value", "edges[0].id"],
  ]);
  expect(errors[0]?.message).toBe(
    '"__proto__" is not accepted as an id, since ids become keys of objects; rename it',
  );
});

test("refuses a join that would find two inputs under one name", () => {
  expect(integrity(GraphSpec.parse(forked("Join", "a"))).errors).toEqual([
    {
      code: "ambiguous_join",
      path: "edges[4].id",
      message:
        '"a" is the name of two inputs of join "j": of what node "a" brings, and of what this edge brings, ' +
        'which is named by its id because several edges lead there from node "b"; rename this edge',
    },
  ]);
});

test("lets edges be called like nodes where that confuses no join", () => {
  for (const spec of [forked("T", "a"), forked("Join", "b"), forked("Join", "s"), forked("Join", "j")]) {
    expect(integrity(GraphSpec.parse(spec)).errors).toEqual([]);
  }
});

test("looks at joins again where a known spec has the same ids, and one of its nodes has become a join", () => {
  const known = soundSpec(forked("T", "a"));
  expect(() => soundSpec(forked("Join", "a"), known)).toThrow(/"a" is the name of two inputs of join "j"/);
  expect(soundSpec(forked("U", "a"), known).nodes[3]?.type).toBe("U");
});
