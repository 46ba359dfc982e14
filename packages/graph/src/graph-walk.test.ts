import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cycles, reachableFrom, type Topology } from "./graph-walk.ts";

describe("reachableFrom", () => {
  test("follows edges forwards only, the start included", () => {
    const graph = topology("a b c d", "ab bc da");
    expect([...reachableFrom(graph, "a")].sort()).toEqual(["a", "b", "c"]);
    expect([...reachableFrom(graph, "c")]).toEqual(["c"]);
  });

  test("is empty for a start that does not exist", () => {
    expect(reachableFrom(topology("a", ""), "z").size).toBe(0);
  });

  test("passes over edges whose ends do not exist", () => {
    expect([...reachableFrom(topology("a b", "az zb"), "a")]).toEqual(["a"]);
  });
});

describe("cycles", () => {
  test.each([
    ["a b c", "ab bc", []],
    ["a b", "aa ab", [["a"]]],
    ["a b c", "ab bc ca", [["a", "b", "c"]]],
    [
      "x a b c d",
      "xa ab ba bc cd dc",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "d c b a",
      "ab ba cd dc",
      [
        ["d", "c"],
        ["b", "a"],
      ],
    ],
  ])("of %s with %s", (nodes, edges, expected) => {
    expect(cycles(topology(nodes, edges))).toEqual(expected);
  });

  test("agrees with mutual reachability", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const pair = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 14 }), (pairs) => {
        const graph = topology(names.join(" "), pairs.map((ends) => ends.join("")).join(" "));
        const onward = (from: string): Set<string> =>
          new Set(pairs.filter(([a]) => a === from).flatMap(([, b]) => [...reachableFrom(graph, b)]));
        const onCycle = names.filter((name) => onward(name).has(name));
        const found = cycles(graph);
        expect(found.flat().sort()).toEqual(onCycle);
        for (const group of found) {
          for (const name of group) {
            expect(onCycle.filter((other) => onward(name).has(other) && onward(other).has(name))).toEqual(
              group,
            );
          }
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

test("a chain, and a ring, of 100,000 nodes do not exhaust the stack", () => {
  const size = 100_000;
  const nodes = Array.from({ length: size }, (_, i) => ({ id: `n${i}` }));
  const chain = nodes.slice(1).map(({ id }, i) => ({ fromNode: `n${i}`, toNode: id }));
  expect(reachableFrom({ nodes, edges: chain }, "n0").size).toBe(size);
  expect(cycles({ nodes, edges: chain })).toEqual([]);
  const ring = [...chain, { fromNode: `n${size - 1}`, toNode: "n0" }];
  expect(cycles({ nodes, edges: ring })[0]).toHaveLength(size);
});

/** Nodes by letter, edges as pairs of letters. */
function topology(nodes: string, edges: string): Topology {
  const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
  return {
    nodes: words(nodes).map((id) => ({ id })),
    edges: words(edges).map(([fromNode = "", toNode = ""]) => ({ fromNode, toNode })),
  };
}
