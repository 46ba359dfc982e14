import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { isSparkError, type SparkError } from "./spark-error.ts";
import type { GraphSpec, GraphSpecInput } from "./spec.ts";
import { type GraphVersion, graphVersion } from "./version.ts";

const twoNodes: GraphSpecInput = {
  id: "g",
  start: "a",
  nodes: [
    { id: "a", type: "T", config: { prompt: "hello", nested: { list: [1, 2] } } },
    { id: "b", type: "T" },
  ],
  edges: [{ id: "e", fromNode: "a", toNode: "b" }],
  graphState: { initialState: { n: 0 } },
};

describe("the id of a version", () => {
  test("is the same for the same content, whatever the order of keys and whoever wrote the defaults", () => {
    const reordered: GraphSpecInput = {
      graphState: { initialState: { n: -0 } },
      edges: [{ toNode: "b", fromNode: "a", id: "e", priority: 0 }],
      nodes: [
        { config: { nested: { list: [1, 2] }, prompt: "hello" }, type: "T", id: "a" },
        { id: "b", type: "T" },
      ],
      sparkVersion: "2.0",
      start: "a",
      id: "g",
    };
    expect(graphVersion(reordered).versionId).toBe(graphVersion(twoNodes).versionId);
    expect(graphVersion(structuredClone(twoNodes)).versionId).toBe(graphVersion(twoNodes).versionId);
  });

  test("stays the same from release to release", () => {
    const { versionId } = graphVersion(twoNodes);
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
    const list = (elements: readonly object[]): string =>
      sha(`${elements.length}:${sha(elements.map((element) => sha(canonicalJson(element))).join(""))}`);
    const { nodes, edges } = graphVersion(twoNodes).spec;
    const byHand = sha(
      canonicalJson({
        sparkVersion: "2.0",
        id: "g",
        start: "a",
        graphState: sha(canonicalJson({ initialState: { n: 0 } })),
        nodes: list(nodes),
        edges: list(edges),
      }),
    );
    expect(versionId).toBe(`v_${byHand.slice(0, 40)}`);
    expect(versionId).toBe("v_ee1c39c15478e159be64bcd5373f7770c6845eed");
  });

  test("differs for any change of content", () => {
    const [a, b] = twoNodes.nodes;
    const ids = [
      twoNodes,
      { ...twoNodes, id: "h" },
      { ...twoNodes, start: "b" },
      { ...twoNodes, description: "" },
      { ...twoNodes, extra: { description: "" } },
      { ...twoNodes, graphState: { initialState: { n: 1 } } },
      { ...twoNodes, nodes: [b!, a!] },
      { ...twoNodes, nodes: [a!, { ...b!, type: "U" }] },
      { ...twoNodes, nodes: [a!, b!, { id: "c", type: "T" }] },
      { ...twoNodes, edges: [] },
      { ...twoNodes, nodes: [{ ...a!, config: { prompt: "he\u0301llo" } }, b!] },
      { ...twoNodes, nodes: [{ ...a!, config: { prompt: "h\u00e9llo" } }, b!] },
    ].map((spec) => graphVersion(spec).versionId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("does not depend on the versions it was reached through", () => {
    const edit = fc.record({
      kind: fc.constantFrom("config", "insert", "remove", "swap"),
      at: fc.nat({ max: 150 }),
      value: fc.integer(),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let version = graphVersion(chain(130));
        for (const [step, { kind, at, value }] of edits.entries()) {
          const nodes = [...version.spec.nodes];
          const index = at % nodes.length;
          if (kind === "config") nodes[index] = { ...nodes[index]!, config: { value } };
          if (kind === "insert") nodes.splice(index, 0, { id: `new${step}`, type: "T" });
          if (kind === "swap") nodes.push(...nodes.splice(index, 1));
          if (kind === "remove" && nodes[index]!.id !== "n0") nodes.splice(index, 1);
          const ids = new Set(nodes.map(({ id }) => id));
          const edges = version.spec.edges.filter((edge) => ids.has(edge.fromNode) && ids.has(edge.toNode));
          version = graphVersion({ ...version.spec, nodes, edges }, { parent: version });
        }
        expect(version.versionId).toBe(graphVersion(structuredClone(version.spec)).versionId);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

describe("the spec of a version", () => {
  test("is deeply frozen, while nothing of the caller's is frozen or changed", () => {
    const input = structuredClone(twoNodes);
    const { spec } = graphVersion(input);
    for (const part of partsOf(spec)) expect(Object.isFrozen(part)).toBe(true);
    for (const part of partsOf(input)) expect(Object.isFrozen(part)).toBe(false);
    expect(input).toEqual(twoNodes);
  });

  test("shares what the caller had deeply frozen already", () => {
    const config = Object.freeze({ prompt: "x", list: Object.freeze([1]) });
    const whole = Object.freeze({ id: "a", type: "T", config });
    const { spec } = graphVersion({ id: "g", start: "a", nodes: [whole, { id: "b", type: "T", config }] });
    expect(spec.nodes[0]).toBe(whole);
    expect(spec.nodes[1]?.config).toBe(config);
  });

  test("is the same object for a spec that is a version's already", () => {
    const { spec } = graphVersion(twoNodes);
    expect(graphVersion(spec).spec).toBe(spec);
  });

  test("shares every untouched node, edge and list with its parent's, 10,000 nodes or not", () => {
    const parent = graphVersion(chain(10_000));
    const nodes = [...parent.spec.nodes];
    nodes[5_000] = { ...nodes[5_000]!, config: { prompt: "new" } };
    const child = graphVersion({ ...parent.spec, nodes }, { parent });
    expect(child.spec.nodes.filter((node, i) => node !== parent.spec.nodes[i])).toHaveLength(1);
    expect(child.spec.edges).toBe(parent.spec.edges);
    expect(Object.isFrozen(child.spec.nodes[5_000]?.config)).toBe(true);
    expect(Object.isFrozen(nodes)).toBe(false);
    expect(child.versionId).not.toBe(parent.versionId);
  });
});

describe("what a version refuses", () => {
  const parent = graphVersion(twoNodes);

  test("a spec with faults, all of them listed", () => {
    const error = errorOf(() =>
      graphVersion({ id: "g", start: "z", nodes: [{ id: "a" }], edges: [{}] } as never),
    );
    expect(error.code).toBe("invalid_spec");
    expect(error.details["faults"]).toMatchObject([
      { path: "nodes[0].type" },
      { path: "edges[0].id" },
      { path: "edges[0].fromNode" },
      { path: "edges[0].toNode" },
    ]);
    expect(error.message).toContain("nodes[0].type: expected string, got nothing");
  });

  test.each<[string, (spec: GraphSpec) => object, string]>([
    [
      "a new node of a wrong shape",
      ({ nodes }) => ({ nodes: [...nodes, { id: "c", kind: "T" }] }),
      "nodes[2].kind",
    ],
    [
      "a changed id that orphans an edge",
      ({ nodes }) => ({ nodes: [nodes[0], { ...nodes[1], id: "c" }] }),
      "edges[0].toNode",
    ],
    ["a duplicate id", ({ nodes }) => ({ nodes: [...nodes, { ...nodes[1] }] }), "nodes[2].id"],
    ["the same node twice", ({ nodes }) => ({ nodes: [...nodes, nodes[1]] }), "nodes[2].id"],
    ["an edge among the nodes", ({ nodes, edges }) => ({ nodes: [...nodes, edges[0]] }), "nodes[2].type"],
    [
      "an edge moved to nowhere",
      ({ edges }) => ({ edges: [{ ...edges[0], toNode: "z" }] }),
      "edges[0].toNode",
    ],
    ["a start that does not exist", () => ({ start: "z" }), "start"],
    ["an unknown key", () => ({ strat: "a" }), "strat"],
    [
      "a value that is not JSON",
      () => ({ graphState: { initialState: { at: new Date(0) } } }),
      "graphState.initialState.at",
    ],
  ])("%s, also where the parent is known to be sound", (_, change, path) => {
    const error = errorOf(() => graphVersion({ ...parent.spec, ...change(parent.spec) }, { parent }));
    expect(error.code).toBe("invalid_spec");
    expect((error.details["faults"] as { path: string }[]).map((fault) => fault.path)).toContain(path);
  });

  test("a parent that was made by hand is not trusted", () => {
    const made = { ...parent, spec: { ...parent.spec, start: "z" } };
    expect(errorOf(() => graphVersion({ ...made.spec }, { parent: made })).code).toBe("invalid_spec");
  });
});

describe("the label of a version", () => {
  const labelled = (label: string): GraphVersion => graphVersion(twoNodes, { label });

  test("is 1.0.0 at first and then the next minor of the parent's", () => {
    const first = graphVersion(twoNodes);
    expect(first.label).toBe("1.0.0");
    expect("parent" in first).toBe(false);
    const second = graphVersion({ ...first.spec, description: "more" }, { parent: first });
    expect(second).toMatchObject({ label: "1.1.0", parent: first.versionId });
    expect(graphVersion(twoNodes, { parent: labelled("2.9.7") }).label).toBe("2.10.0");
  });

  test("may be given, and must be where only the parent's id is known", () => {
    expect(labelled("3.0.1").label).toBe("3.0.1");
    expect(graphVersion(twoNodes, { label: "1.4.0", parent: "v_0" })).toMatchObject({
      label: "1.4.0",
      parent: "v_0",
    });
    expect(errorOf(() => graphVersion(twoNodes, { parent: "v_0" } as never)).message).toContain(
      "give the label",
    );
  });

  test.each(["", "1", "v1.0.0", "latest"])("is refused as %j", (label) => {
    expect(errorOf(() => labelled(label)).code).toBe("invalid_input");
  });
});

function chain(size: number): GraphSpecInput {
  const nodes = Array.from({ length: size }, (_, i) => ({ id: `n${i}`, type: "T", config: { i } }));
  const edges = nodes.slice(1).map(({ id }, i) => ({ id: `e${i}`, fromNode: `n${i}`, toNode: id }));
  return { id: "chain", start: "n0", nodes, edges };
}

function partsOf(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

function errorOf(act: () => unknown): SparkError {
  try {
    act();
  } catch (error) {
    if (isSparkError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
