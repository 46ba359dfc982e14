import {
  type EdgeSpec,
  type GraphSpec,
  type GraphSpecInput,
  graphVersion,
  isSparkError,
  defineNode,
  NodeRegistry,
  type NodeSpec,
} from "@spark/graph";
import type { Change } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Applied, ChangeApplicator, type Changes } from "./change-applicator.ts";
import { type ChangeFault, printFault } from "./change-fault.ts";
import { summarizeDiff } from "./diff-text.ts";

/** start → parse → score → route, and score → archive for spam. */
const mail = {
  id: "mail",
  start: "start",
  nodes: [
    { id: "start", type: "Start" },
    { id: "parse", type: "Parse", config: { limit: 100 } },
    { id: "score", type: "Score", config: { threshold: 0.5, words: ["free", "win"] } },
    { id: "route", type: "Route" },
    { id: "archive", type: "Archive" },
  ],
  edges: [
    { id: "e1", fromNode: "start", toNode: "parse" },
    { id: "e2", fromNode: "parse", toNode: "score", metadata: { owner: "ann" }, delaySeconds: 2 },
    { id: "e3", fromNode: "score", toNode: "route", priority: 1 },
    { id: "e4", fromNode: "score", toNode: "archive", condition: "$.outputs.spam == true" },
  ],
} satisfies GraphSpecInput;

const baseline = graphVersion(mail);

function applied(changes: readonly unknown[], applicator = new ChangeApplicator()): Applied {
  return applicator.applyHypothesis({ baseline, hypothesis: { changes } as Changes });
}

function specAfter(...changes: readonly unknown[]): GraphSpec {
  const result = applied(changes);
  if (!result.ok) throw new Error(result.faults.map(printFault).join("\n"));
  return result.candidate.spec;
}

function faultsOf(...changes: readonly unknown[]): readonly ChangeFault[] {
  const result = applied(changes);
  return result.ok ? [] : result.faults;
}

const node = (spec: GraphSpec, id: string): NodeSpec | undefined => spec.nodes.find((each) => each.id === id);
const edge = (spec: GraphSpec, id: string): EdgeSpec | undefined => spec.edges.find((each) => each.id === id);

describe("node_config_update", () => {
  test("sets one value and shares everything else", () => {
    const spec = specAfter({
      type: "node_config_update",
      targetNodeId: "score",
      configPath: "threshold",
      oldValue: 0.5,
      newValue: 0.7,
    });
    expect(node(spec, "score")?.config).toEqual({ threshold: 0.7, words: ["free", "win"] });
    expect(node(spec, "score")?.config?.["words"]).toBe(baseline.spec.nodes[2]?.config?.["words"]);
    expect(spec.edges).toBe(baseline.spec.edges);
    expect(spec.nodes.filter((each, at) => each !== baseline.spec.nodes[at])).toHaveLength(1);
  });

  test("gives a config to a node without one", () => {
    const spec = specAfter({
      type: "node_config_update",
      targetNodeId: "route",
      configPath: "a.b",
      newValue: 1,
    });
    expect(node(spec, "route")?.config).toEqual({ a: { b: 1 } });
  });

  test("refuses an old value that is not there, an unknown node and a path out of the config", () => {
    const update = {
      type: "node_config_update",
      targetNodeId: "score",
      configPath: "threshold",
      newValue: 1,
    };
    expect(
      faultsOf(
        { ...update, oldValue: 0.4 },
        { ...update, targetNodeId: "scorer" },
        { ...update, configPath: "__proto__.threshold" },
      ).map(printFault),
    ).toEqual([
      'changes[0] node_config_update of node score: expected the old value 0.4 at "threshold", found 0.5; ' +
        "the config has changed since the hypothesis was written: write it anew for this version",
      "changes[1] node_config_update of node scorer: expected a node of the graph, found no node of that id; " +
        "name a node that is there at this point, or add it in an earlier change",
      "changes[2] node_config_update of node score: expected a path through the config's own data, " +
        'found "__proto__.threshold"; rename the key "__proto__"',
    ]);
    expect(({} as Record<string, unknown>)["threshold"]).toBeUndefined();
  });
});

describe("node_add and edge_add", () => {
  const cache = { type: "node_add", nodeSpec: { id: "cache", type: "Cache" } };
  const toCache = { type: "edge_add", edgeSpec: { id: "e5", fromNode: "parse", toNode: "cache" } };

  test("add a node and what leads to it at the end of the lists", () => {
    const spec = specAfter(cache, toCache);
    expect(spec.nodes.at(-1)).toEqual({ id: "cache", type: "Cache" });
    expect(spec.edges.at(-1)).toEqual({ id: "e5", fromNode: "parse", toNode: "cache", priority: 0 });
  });

  test("refuse a node that nothing leads to", () => {
    expect(faultsOf(cache)).toMatchObject([
      {
        changeIndex: 0,
        target: "node cache",
        expected: expect.stringContaining("from the start node"),
        found: "none",
      },
    ]);
  });

  test("refuse an edge before its node is there", () => {
    expect(faultsOf(toCache, cache)).toMatchObject([
      { changeIndex: 0, changeType: "edge_add", target: "edge e5", found: "no node cache" },
    ]);
  });

  test("refuse ids that are taken, and edges with both ends dangling", () => {
    expect(
      faultsOf(
        { type: "node_add", nodeSpec: { id: "score", type: "Score" } },
        { type: "edge_add", edgeSpec: { id: "e1", fromNode: "x", toNode: "y" } },
      ).map(({ changeIndex, target, found }) => [changeIndex, target, found]),
    ).toEqual([
      [0, "node score", "another node of that id"],
      [1, "edge e1", "no node x"],
      [1, "edge e1", "no node y"],
      [1, "edge e1", "another edge of that id"],
    ]);
  });

  test("refuse a condition that cannot be read, with the place", () => {
    const edgeSpec = { id: "e5", fromNode: "parse", toNode: "route", condition: "$.outputs.a >" };
    expect(faultsOf({ type: "edge_add", edgeSpec })).toMatchObject([
      { changeIndex: 0, target: "edge e5", expected: "a condition that can be read" },
    ]);
  });
});

describe("node_remove and edge_remove", () => {
  test("a removed node takes its edges along", () => {
    const result = applied([{ type: "node_remove", targetNodeId: "archive" }]);
    expect(result.ok && summarizeDiff(result.diff)).toBe("1 node removed, 1 edge removed");
  });

  test("the start node cannot be removed", () => {
    expect(faultsOf({ type: "node_remove", targetNodeId: "start" })).toMatchObject([
      { found: "the start node" },
    ]);
  });

  test("what would be cut off is listed with the change that cuts it off", () => {
    expect(
      faultsOf(
        { type: "node_config_update", targetNodeId: "route", configPath: "x", newValue: 1 },
        { type: "node_remove", targetNodeId: "parse" },
      ),
    ).toMatchObject([{ changeIndex: 1, target: "node score, node route, node archive" }]);
    expect(faultsOf({ type: "edge_remove", targetEdgeId: "e3" })).toMatchObject([
      { changeIndex: 0, changeType: "edge_remove", target: "node route" },
    ]);
  });

  test("what a later change leads to again is not cut off", () => {
    const spec = specAfter(
      { type: "node_remove", targetNodeId: "parse" },
      { type: "edge_add", edgeSpec: { id: "e9", fromNode: "start", toNode: "score" } },
    );
    expect(spec.edges.map(({ id }) => id)).toEqual(["e3", "e4", "e9"]);
  });

  test("what was unreachable before may stay so", () => {
    const island = graphVersion({ ...mail, nodes: [...mail.nodes, { id: "island", type: "Log" }] });
    const changes = [{ type: "node_remove" as const, targetNodeId: "archive" }];
    expect(new ChangeApplicator().applyHypothesis({ baseline: island, hypothesis: { changes } }).ok).toBe(
      true,
    );
  });

  test("an id that was removed is free again", () => {
    const spec = specAfter(
      { type: "node_remove", targetNodeId: "archive" },
      { type: "node_add", nodeSpec: { id: "archive", type: "Bin" } },
      { type: "edge_add", edgeSpec: { id: "e4", fromNode: "score", toNode: "archive" } },
    );
    expect(node(spec, "archive")?.type).toBe("Bin");
    expect(spec.nodes).toHaveLength(5);
  });

  test("an unknown edge is refused", () => {
    expect(faultsOf({ type: "edge_remove", targetEdgeId: "e7" })).toMatchObject([{ target: "edge e7" }]);
  });
});

describe("edge_modify", () => {
  test("changes what it names and keeps the rest", () => {
    const updates = { condition: "$.outputs.ok", priority: 3 };
    const spec = specAfter({ type: "edge_modify", targetEdgeId: "e2", updates });
    expect(edge(spec, "e2")).toEqual({ ...baseline.spec.edges[1], ...updates });
  });

  test("null takes the condition away", () => {
    const spec = specAfter({ type: "edge_modify", targetEdgeId: "e4", updates: { condition: null } });
    expect(edge(spec, "e4")).not.toHaveProperty("condition");
  });

  test("refuses an unknown edge, an unreadable condition and nothing to modify", () => {
    expect(
      faultsOf(
        { type: "edge_modify", targetEdgeId: "e9", updates: { priority: 1 } },
        { type: "edge_modify", targetEdgeId: "e1", updates: {} },
      ).map(({ found, expected }) => [expected, found]),
    ).toEqual([
      ["an edge of the graph", "no edge of that id"],
      ["expected at least one of condition, priority, description", "{}"],
    ]);
    expect(faultsOf({ type: "edge_modify", targetEdgeId: "e1", updates: { condition: "((" } })).toHaveLength(
      1,
    );
  });
});

describe("node_replacement", () => {
  test("keeps the place and the edges with id, condition, timing and metadata", () => {
    const spec = specAfter({
      type: "node_replacement",
      targetNodeId: "score",
      replacementNodeSpec: { id: "judge", type: "Judge" },
    });
    expect(spec.nodes.map(({ id }) => id)).toEqual(["start", "parse", "judge", "route", "archive"]);
    expect(edge(spec, "e2")).toEqual({ ...baseline.spec.edges[1], toNode: "judge" });
    expect(edge(spec, "e4")).toEqual({ ...baseline.spec.edges[3], fromNode: "judge" });
    expect(edge(spec, "e1")).toBe(baseline.spec.edges[0]);
  });

  test("in place, under the same id, leaves the edges as they are", () => {
    const replacementNodeSpec = { id: "score", type: "Judge" };
    const spec = specAfter({ type: "node_replacement", targetNodeId: "score", replacementNodeSpec });
    expect(node(spec, "score")).toEqual(replacementNodeSpec);
    expect(spec.edges).toBe(baseline.spec.edges);
  });

  test("moves both ends of a loop, and the start", () => {
    const spec = specAfter(
      {
        type: "edge_add",
        edgeSpec: { id: "again", fromNode: "start", toNode: "start", condition: "$.outputs.more" },
      },
      {
        type: "node_replacement",
        targetNodeId: "start",
        replacementNodeSpec: { id: "begin", type: "Begin" },
      },
    );
    expect(spec.start).toBe("begin");
    expect(edge(spec, "again")).toMatchObject({
      fromNode: "begin",
      toNode: "begin",
      condition: "$.outputs.more",
    });
    expect(edge(spec, "e1")).toMatchObject({ fromNode: "begin", toNode: "parse" });
  });

  test("refuses an id that is taken", () => {
    expect(
      faultsOf({
        type: "node_replacement",
        targetNodeId: "score",
        replacementNodeSpec: { id: "route", type: "Judge" },
      }),
    ).toMatchObject([{ target: "node route", found: "another node of that id" }]);
  });

  test("of a node that a change before cut off is still cut off", () => {
    expect(
      faultsOf(
        { type: "edge_remove", targetEdgeId: "e3" },
        {
          type: "node_replacement",
          targetNodeId: "route",
          replacementNodeSpec: { id: "way", type: "Route" },
        },
      ),
    ).toMatchObject([{ changeIndex: 0, target: "node way" }]);
  });
});

describe("edge_batch_modifications", () => {
  const add = { type: "add", edgeSpec: { id: "e5", fromNode: "start", toNode: "score" } };

  test("later ones may refer to what earlier ones added", () => {
    const spec = specAfter({
      type: "edge_batch_modifications",
      edgeModifications: [
        add,
        { type: "modify", edgeId: "e5", updates: { priority: 7 } },
        { type: "remove", edgeId: "e1" },
        { type: "add", edgeSpec: { id: "e1", fromNode: "score", toNode: "parse" } },
      ],
    });
    expect(edge(spec, "e5")?.priority).toBe(7);
    expect(edge(spec, "e1")?.fromNode).toBe("score");
  });

  test("one that cannot be made stops all of them, and all such are named", () => {
    const edgeModifications = [
      { type: "remove", edgeId: "e4" },
      { type: "remove", edgeId: "e4" },
      add,
      add,
      { type: "modify", edgeId: "e8", updates: { priority: 1 } },
    ];
    expect(
      faultsOf({ type: "edge_batch_modifications", edgeModifications }).map(({ target }) => target),
    ).toEqual([
      "edge e4 (edgeModifications[1])",
      "edge e5 (edgeModifications[3])",
      "edge e8 (edgeModifications[4])",
    ]);
  });
});

describe("all or none", () => {
  const good: Change = {
    type: "node_config_update",
    targetNodeId: "score",
    configPath: "threshold",
    newValue: 0.9,
  };

  test("a third change that is invalid leaves nothing behind", () => {
    const before = structuredClone(baseline.spec);
    const result = applied([good, good, { ...good, targetNodeId: "nobody" }]);
    expect(result).toMatchObject({ ok: false, faults: [{ changeIndex: 2 }] });
    expect(baseline.spec).toEqual(before);
  });

  test("every fault of every change is listed, malformed ones among them", () => {
    const faults = faultsOf(
      { type: "node_colour" },
      null,
      { ...good, newValue: Number.NaN, colour: "red" },
      { ...good, newValue: JSON.parse('{ "a": [{ "__proto__": { "x": 1 } }] }') },
      { type: "edge_add", edgeSpec: { id: "e5", fromNode: "score", toNode: "nowhere", priority: 1.5 } },
      { type: "edge_remove", targetEdgeId: "e9" },
    );
    expect(
      faults.map(({ changeIndex, changeType, target, found }) => [changeIndex, changeType, target, found]),
    ).toEqual([
      [0, "node_colour", "its field type", '"node_colour"'],
      [1, "change", "the change as a whole", "null"],
      [2, "node_config_update", "its field newValue", "NaN"],
      [2, "node_config_update", "the change as a whole", "colour"],
      [3, "node_config_update", "its data", "the key __proto__"],
      [4, "edge_add", "its field edgeSpec.priority", "1.5"],
      [5, "edge_remove", "edge e9", "no edge of that id"],
    ]);
    expect(faults[0]?.expected).toContain("node_config_update, node_add, node_remove");
  });

  test("changes that make no difference give the baseline itself", () => {
    const same = applied([{ ...good, newValue: 0.5 }]);
    expect(same.ok && same.candidate).toBe(baseline);
    const thereAndBack = applied([good, { ...good, newValue: 0.5 }]);
    expect(thereAndBack.ok && thereAndBack.candidate).toBe(baseline);
  });

  test("a candidate is a baseline like any other, wherever its nodes stand by then", () => {
    const removed = applied([
      { type: "node_remove", targetNodeId: "parse" },
      { type: "edge_add", edgeSpec: { id: "e9", fromNode: "start", toNode: "score" } },
    ]);
    if (!removed.ok) throw new Error("expected a candidate");
    const hypothesis = { changes: [good, { type: "edge_remove", targetEdgeId: "e3" }] } as Changes;
    const cut = new ChangeApplicator().applyHypothesis({ baseline: removed.candidate, hypothesis });
    expect(cut).toMatchObject({ ok: false, faults: [{ changeIndex: 1, target: "node route" }] });
    const next = new ChangeApplicator().applyHypothesis({
      baseline: removed.candidate,
      hypothesis: { changes: [good] },
    });
    if (!next.ok) throw new Error("expected a candidate");
    expect(next.candidate.spec.nodes.map(({ id }) => id)).toEqual(["start", "score", "route", "archive"]);
    expect(node(next.candidate.spec, "score")?.config?.["threshold"]).toBe(0.9);
    expect(next.candidate.parent).toBe(removed.candidate.versionId);
  });

  test("a version that came out of a store is checked and hashed anew", () => {
    const stored = { ...structuredClone(baseline), versionId: "v_of_something_else" };
    const result = new ChangeApplicator().applyHypothesis({
      baseline: stored,
      hypothesis: { changes: [good] },
    });
    expect(result.ok && result.candidate.parent).toBe(baseline.versionId);
    expect(Object.isFrozen(stored.spec.nodes)).toBe(false);
  });

  test("the candidate is a version of its own that knows its parent", () => {
    const result = applied([good]);
    expect(result.ok && result.candidate.parent).toBe(baseline.versionId);
    expect(result.ok && result.candidate.versionId).not.toBe(baseline.versionId);
  });
});

describe("configs", () => {
  const registry = new NodeRegistry([
    defineNode({
      type: "Score",
      config: z.strictObject({ threshold: z.number().max(1), words: z.array(z.string()) }),
      process: () => 0,
    }),
    defineNode({ type: "Route", process: () => 0 }),
  ]);
  const applicator = new ChangeApplicator({ registry });
  const set = (configPath: string, newValue: unknown): unknown => ({
    type: "node_config_update",
    targetNodeId: "score",
    configPath,
    newValue,
  });

  test("that do not fit their type are refused, by the change that wrote them last", () => {
    const result = applied([set("threshold", 0.6), set("threshold", "high"), set("words.0", 3)], applicator);
    expect(result).toMatchObject({
      ok: false,
      faults: [
        { changeIndex: 2, target: "node score", found: expect.stringContaining("config.threshold") },
        { changeIndex: 2, target: "node score", found: expect.stringContaining("config.words.0") },
      ],
    });
  });

  test("may be invalid in between", () => {
    expect(applied([set("threshold", 5), set("threshold", 0.6)], applicator).ok).toBe(true);
  });

  test("of an unknown node type are refused", () => {
    const changes = [
      { type: "node_replacement", targetNodeId: "route", replacementNodeSpec: { id: "route", type: "Rout" } },
    ];
    expect(applied(changes, applicator)).toMatchObject({
      ok: false,
      faults: [{ target: "node route", found: expect.stringContaining('got "Rout"') }],
    });
  });
});

describe("applyChanges", () => {
  const change: Change = {
    type: "node_config_update",
    targetNodeId: "parse",
    configPath: "limit",
    newValue: 50,
  };

  test("leaves a plain spec of the caller as it is, and not frozen", async () => {
    const plain = structuredClone(mail);
    const spec = await new ChangeApplicator().applyChanges({
      baselineSpec: plain,
      hypothesis: { changes: [change] },
    });
    expect(spec.nodes[1]?.config).toEqual({ limit: 50 });
    expect(plain).toEqual(mail);
    expect(
      [plain, plain.nodes, plain.nodes[1]?.config, plain.nodes[3], plain.edges[1]?.metadata].some(
        Object.isFrozen,
      ),
    ).toBe(false);
    expect(
      [spec, spec.nodes, spec.nodes[1]?.config, spec.nodes[3], spec.edges[1]?.metadata].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  test("leaves the values of a hypothesis alone", async () => {
    const newValue = { deep: [1] };
    const spec = await new ChangeApplicator().applyChanges({
      baselineSpec: baseline.spec,
      hypothesis: { changes: [{ ...change, newValue }] },
    });
    expect(Object.isFrozen(newValue)).toBe(false);
    newValue.deep.push(2);
    expect(spec.nodes[1]?.config).toEqual({ limit: { deep: [1] } });
  });

  test("shares what is untouched with a frozen spec", async () => {
    const task = { baselineSpec: baseline.spec, hypothesis: { changes: [change] } };
    const spec = await new ChangeApplicator().applyChanges(task);
    expect(spec.nodes[2]).toBe(baseline.spec.nodes[2]);
    expect(spec.edges).toBe(baseline.spec.edges);
  });

  test("rejects with every fault, in words and as data", async () => {
    const changes: Change[] = [
      { ...change, targetNodeId: "nobody" },
      { type: "edge_remove", targetEdgeId: "none" },
    ];
    const error = await new ChangeApplicator()
      .applyChanges({ baselineSpec: mail, hypothesis: { changes } })
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(isSparkError(error, "invalid_input") && error.details["faults"]).toHaveLength(2);
    expect(String(error)).toMatch(/node nobody[\s\S]*edge none/);
  });

  test.each([null, 3, {}, { changes: "all" }])("rejects the hypothesis %j", async (hypothesis) => {
    await expect(
      new ChangeApplicator().applyChanges({ baselineSpec: mail, hypothesis: hypothesis as never }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("rejects a baseline that is not sound", async () => {
    const baselineSpec = { ...mail, start: "nowhere" };
    await expect(
      new ChangeApplicator().applyChanges({ baselineSpec, hypothesis: { changes: [change] } }),
    ).rejects.toMatchObject({ code: "invalid_spec" });
  });
});
