import {
  defineNode,
  type EdgeSpec,
  Graph,
  type GraphSpec,
  type GraphSpecInput,
  graphVersion,
  Node,
  NodeRegistry,
} from "@spark/graph";
import type { Parallelization } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { ChangeApplicator } from "./change-applicator.ts";
import { printFault } from "./change-fault.ts";
import { printDiff } from "./diff-text.ts";

/** entry → a → b → c → end, and from entry an edge that has nothing to do with it. */
const chain = {
  id: "chain",
  start: "entry",
  nodes: ["entry", "a", "b", "c", "end", "other"].map((id) => ({ id, type: "Work" })),
  edges: [
    { id: "e1", fromNode: "entry", toNode: "a", priority: 4, condition: "$.outputs.go", delaySeconds: 1 },
    { id: "e2", fromNode: "a", toNode: "b", metadata: { owner: "ann" } },
    { id: "e3", fromNode: "b", toNode: "c", delaySeconds: 2 },
    { id: "e4", fromNode: "c", toNode: "end" },
    { id: "e5", fromNode: "entry", toNode: "other", condition: "$.outputs.odd" },
  ],
} satisfies GraphSpecInput;

const change: Parallelization = {
  type: "parallelization",
  entryNode: "entry",
  branches: [["a"], ["b", "c"]],
  mergeStrategy: "wait_all",
};

function parallelized(spec: GraphSpecInput, overrides: Partial<Parallelization> = {}) {
  const hypothesis = { changes: [{ ...change, ...overrides }] };
  return new ChangeApplicator().applyHypothesis({ baseline: graphVersion(spec), hypothesis });
}

function diffLines(spec: GraphSpecInput, overrides: Partial<Parallelization> = {}): readonly string[] {
  const result = parallelized(spec, overrides);
  if (!result.ok) throw new Error(result.faults.map(printFault).join("\n"));
  return printDiff(result.diff);
}

function faultsOf(spec: GraphSpecInput, overrides: Partial<Parallelization> = {}): readonly unknown[] {
  const result = parallelized(spec, overrides);
  return result.ok ? [] : result.faults.map(({ target, found }) => `${target}: ${found}`);
}

const withEdge = (edge: Omit<EdgeSpec, "priority">): GraphSpecInput => ({
  ...chain,
  edges: [...chain.edges, edge],
});

const edited = (at: number, fields: Partial<EdgeSpec>): GraphSpecInput => ({
  ...chain,
  edges: chain.edges.map((edge, position) => (position === at ? { ...edge, ...fields } : edge)),
});

describe("a sequence", () => {
  test("becomes branches that start together, wait for each other, and go on where it went on", () => {
    expect(diffLines(chain)).toEqual([
      "+ node entry_join (Join)",
      "+ edge a_to_entry_join: a → entry_join",
      "+ edge c_to_entry_join: c → entry_join",
      '~ edge e2 fromNode: "a" → "entry"',
      "~ edge e2 priority: 0 → 4",
      '~ edge e2 condition: nothing → "$.outputs.go"',
      "~ edge e2 delaySeconds: nothing → 1",
      '~ edge e4 fromNode: "c" → "entry_join"',
    ]);
  });

  test("may go on to several nodes, or to none", () => {
    const twice = withEdge({ id: "e6", fromNode: "c", toNode: "other" });
    expect(diffLines(twice)).toContain('~ edge e6 fromNode: "c" → "entry_join"');
    const open = {
      ...chain,
      nodes: chain.nodes.filter(({ id }) => id !== "end"),
      edges: chain.edges.toSpliced(3, 1),
    };
    expect(diffLines(open)).toContain("+ edge c_to_entry_join: c → entry_join");
  });

  test("can be split across its order, each branch keeping it", () => {
    const lines = diffLines(chain, { branches: [["a", "c"], ["b"]] });
    expect(lines).toContain('~ edge e3 fromNode: "b" → "a"');
    expect(lines).toContain('~ edge e2 fromNode: "a" → "entry"');
  });

  test("waits as the change says, under the id the change gives", () => {
    const result = parallelized(chain, { mergeNodeId: "first", mergeStrategy: "wait_any" });
    expect(result.ok && result.candidate.spec.nodes.at(-1)).toEqual({
      id: "first",
      type: "Join",
      config: { mode: "any" },
    });
  });

  test("uses the join it leads to already", () => {
    const joined = {
      ...chain,
      nodes: chain.nodes.map((node) => (node.id === "end" ? { id: "end", type: "Join" } : node)),
    };
    expect(diffLines(joined, { mergeNodeId: "end" }).filter((line) => /end|join/.test(line))).toEqual([
      "+ edge a_to_end: a → end",
    ]);
    expect(faultsOf(joined, { mergeNodeId: "end", mergeStrategy: "wait_any" })).toEqual([
      "node end: Join with mode nothing",
    ]);
  });

  test("gets edge ids that are free", () => {
    const taken = edited(4, { id: "a_to_entry_join" });
    expect(diffLines(taken)).toContain("+ edge a_to_entry_join_2: a → entry_join");
  });
});

test("a parallelized graph runs: the branches see what the entry gave, and what follows sees every branch", async () => {
  const steps: string[] = [];
  const registry = new NodeRegistry([
    defineNode({
      type: "Work",
      create: (_config, { id }) =>
        new (class extends Node {
          override process(inputs: unknown): unknown {
            steps.push(id);
            return id === "end" ? inputs : { go: true, odd: false, trail: `${trailOf(inputs)}${id}` };
          }
        })(id),
    }),
  ]);
  const plain = {
    ...chain,
    edges: chain.edges.map(({ id, fromNode, toNode }) => ({ id, fromNode, toNode })).slice(0, 4),
  };
  const run = (spec: GraphSpec): Promise<unknown> => Graph.fromSpec(spec, registry).run({ trail: "" });

  expect(await run(graphVersion(plain).spec)).toMatchObject({ trail: "entryabc" });
  steps.length = 0;
  const result = parallelized(plain);
  if (!result.ok) throw new Error("expected a candidate");
  expect(await run(result.candidate.spec)).toMatchObject({ a: { trail: "entrya" }, c: { trail: "entrybc" } });
  expect(steps.toSorted()).toEqual(["a", "b", "c", "end", "entry"]);
});

function trailOf(inputs: unknown): string {
  return (inputs as { readonly trail: string }).trail;
}

describe("what is no sequence is refused, and why", () => {
  test.each<[string, GraphSpecInput, Partial<Parallelization>, readonly string[]]>([
    [
      "an edge that enters it in the middle",
      withEdge({ id: "e6", fromNode: "other", toNode: "b" }),
      {},
      ["edge e6: another edge into the sequence (other → b)"],
    ],
    [
      "a second edge along a link",
      withEdge({ id: "e6", fromNode: "a", toNode: "b" }),
      {},
      ["edge e6: another edge into the sequence (a → b)"],
    ],
    [
      "a loop inside it",
      withEdge({ id: "e6", fromNode: "c", toNode: "a", condition: "$.outputs.again" }),
      {},
      ["edge e6: another edge into the sequence (c → a)"],
    ],
    [
      "an edge that leaves it early, such as a fallback",
      withEdge({ id: "e6", fromNode: "a", toNode: "other", onError: true }),
      {},
      ["edge e6: an edge out of the sequence before its end (a → other)"],
    ],
    [
      "a link that is not always taken",
      edited(2, { condition: "$.outputs.x" }),
      {},
      ["edge e3: an edge that is not always taken, so that a branch might never reach the join (b → c)"],
    ],
    [
      "an exit that decides on the output of the last node, which is the join's from then on",
      edited(3, { condition: "$.outputs.x" }),
      {},
      ["edge e4: an edge that is not always taken, so that a branch might never reach the join (c → end)"],
    ],
    [
      "nodes that do not follow each other",
      chain,
      { branches: [["a"], ["c"]] },
      ["node entry: entry → a, without c"],
    ],
    [
      "branches that run in parallel already",
      withEdge({ id: "e6", fromNode: "other", toNode: "end" }),
      { branches: [["a"], ["other"]] },
      ["node entry: entry → a, without other"],
    ],
    ["a branch against the order", chain, { branches: [["b", "a"], ["c"]] }, ["node b: b, a"]],
    [
      "an entry that starts one edge only",
      {
        ...chain,
        edges: chain.edges.with(4, { ...chain.edges[4]!, fanoutBehavior: "first_match" } as never),
      },
      {},
      ["node entry: first_match on edge e5, which would start one branch only"],
    ],
    [
      "unknown nodes",
      chain,
      { branches: [["x"], ["y"]] },
      ["node x: no node of that id", "node y: no node of that id"],
    ],
    ["a node in two branches", chain, { branches: [["a"], ["a", "b"]] }, ["node a: the node more than once"]],
    [
      "the entry in a branch",
      chain,
      { branches: [["entry"], ["a"]] },
      ["node entry: the entry node in a branch", "node entry: the start node of the graph in a branch"],
    ],
    ["the merge node in a branch", chain, { mergeNodeId: "c" }, ["node c: a node of a branch"]],
    ["a merge node that is no join", chain, { mergeNodeId: "end" }, ["node end: Work with mode nothing"]],
  ])("%s", (...[, spec, overrides, expected]) => {
    expect(faultsOf(spec, overrides)).toEqual(expected);
  });

  test("a node that is declared to read what a node of another branch writes", () => {
    const declared = {
      ...chain,
      nodes: chain.nodes.map((node) =>
        node.id === "a"
          ? { ...node, outputs: { score: "number" } }
          : node.id === "b"
            ? { ...node, inputs: { score: "number" } }
            : node,
      ),
    };
    expect(faultsOf(declared)).toEqual([
      'node b: the input "score", which node a writes and node entry does not',
    ]);
    expect(faultsOf(declared, { branches: [["a", "b"], ["c"]] })).toEqual([]);
  });
});
