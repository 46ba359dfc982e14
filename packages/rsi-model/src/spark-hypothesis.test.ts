import { describe, expect, test } from "vitest";
import { readSparkHypothesis, writeSparkHypothesis } from "./spark-hypothesis.ts";

const node = { id: "cache", type: "Cache", config: { ttl: 60 }, vendor_key: 1 };
const edge = {
  id: "e9",
  from_node: "parse",
  to_node: "cache",
  priority: 0,
  condition: { kind: "expr", expr: "$.outputs.score > 0.5" },
};

const document = {
  hypothesis_id: "hyp_1",
  graph_id: "support",
  graph_version_baseline: "1.0.0",
  hypothesis_type: "custom",
  target_node: "answer",
  rationale: "Because.",
  diagnostic_evidence: { Some_Key: { nested_key: [1, null] } },
  expected_improvement: { success_rate_delta: 0.1, latency_delta: -0.2, cost_delta: 0, novelty: 3 },
  changes: [
    {
      type: "node_config_update",
      target_node_id: "answer",
      config_path: "prompt_template",
      old_value: "a",
      new_value: { snake_case: 1 },
    },
    { type: "node_config_update", target_node_id: "answer", config_path: "seed", new_value: null, note: "x" },
    { type: "node_add", additional_params: { node_spec: node } },
    { type: "node_remove", target_node_id: "old" },
    { type: "edge_add", additional_params: { edge_spec: edge } },
    { type: "edge_remove", target_edge_id: "e1" },
    {
      type: "edge_modify",
      target_edge_id: "e2",
      additional_params: { condition: { kind: "equals", equals: { is_ok: true } }, priority: 3, why: "y" },
    },
    { type: "edge_modify", target_edge_id: "e3", additional_params: { condition: null } },
    {
      type: "node_replacement",
      target_node_id: "answer",
      additional_params: { replacement_node_spec: node },
    },
    {
      type: "edge_batch_modifications",
      additional_params: {
        edge_modifications: [
          { type: "add", edge_spec: edge },
          { type: "modify", edge_id: "e9", updates: { description: "d", condition: "$.outputs.x == 1" } },
          { type: "remove", edge_id: "e4" },
        ],
      },
    },
    {
      type: "parallelization",
      additional_params: {
        entry_node: "parse",
        parallel_structure: {
          parallel_branches: [["a"], ["b", "c"]],
          merge_node_id: "join",
          requires_merge: true,
          merge_strategy: "wait_all",
        },
      },
    },
  ],
  risk_level: "high",
  risk_factors: ["many changes"],
  created_at: "2026-01-02T03:04:05.123456Z",
  created_by: "rsi_system",
  campaign: { id: 7 },
};

describe("a hypothesis of the Python project", () => {
  test("survives reading and writing with everything in it", () => {
    const hypothesis = readSparkHypothesis(document);
    expect(writeSparkHypothesis(hypothesis)).toEqual(document);
    expect(readSparkHypothesis(writeSparkHypothesis(hypothesis))).toEqual(hypothesis);
  });

  test("has its changes unfolded and the keys we do not know in extra", () => {
    const { changes, extra, expectedImprovement } = readSparkHypothesis(document);
    expect(changes[2]).toMatchObject({
      type: "node_add",
      nodeSpec: { id: "cache", extra: { vendor_key: 1 } },
    });
    expect(changes[4]).toMatchObject({ edgeSpec: { fromNode: "parse", toNode: "cache" } });
    expect(changes[6]).toEqual({
      type: "edge_modify",
      targetEdgeId: "e2",
      updates: { condition: { kind: "equals", equals: { is_ok: true } }, priority: 3 },
      extra: { additional_params: { why: "y" } },
    });
    expect(changes[7]).toMatchObject({ updates: { condition: null } });
    expect(changes[10]).toMatchObject({ entryNode: "parse", mergeNodeId: "join", mergeStrategy: "wait_all" });
    expect(extra).toEqual({ campaign: { id: 7 } });
    expect(expectedImprovement.extra).toEqual({ novelty: 3 });
  });

  test("may spell out its nulls, use the other names of an edge's ends, and leave out the time zone", () => {
    const { changes, createdAt } = readSparkHypothesis({
      hypothesis_id: "h",
      graph_id: "g",
      graph_version_baseline: "1",
      hypothesis_type: "caching",
      target_node: null,
      created_at: "2026-01-02T03:04:05.123456",
      changes: [
        {
          type: "edge_add",
          target_node_id: null,
          target_edge_id: null,
          config_path: null,
          old_value: null,
          new_value: null,
          additional_params: { edge_spec: { id: "e", from_id: "a", to_id: "b", condition: null } },
        },
      ],
    });
    expect(changes).toEqual([
      { type: "edge_add", edgeSpec: { id: "e", fromNode: "a", toNode: "b", priority: 0 } },
    ]);
    expect(createdAt).toBe("2026-01-02T03:04:05.123456Z");
  });

  test.each([
    [null, "expected object"],
    [{ ...document, hypothesis_id: "" }, "hypothesis_id"],
    [{ ...document, risk_level: "extreme" }, "risk_level"],
    [
      { ...document, changes: [{ type: "node_teleport" }] },
      'The change type is "node_teleport"; expected one of node_config_update',
    ],
    [{ ...document, changes: [{ type: "node_remove" }] }, "changes.0.target_node_id"],
    [
      { ...document, changes: [{ type: "node_add" }] },
      "changes.0: expected a node with an id and a type, got nothing",
    ],
    [
      { ...document, changes: [{ type: "edge_modify", target_edge_id: "e" }] },
      "expected at least one of condition",
    ],
    [
      {
        ...document,
        changes: [{ type: "edge_add" }, { type: "node_add", additional_params: { node_spec: { id: 3 } } }],
      },
      'changes.1: expected a node with an id and a type, got {"id":3}',
    ],
  ])("that is not acceptable is refused, and says where", (json, message) => {
    expect(() => readSparkHypothesis(json)).toThrow(message);
  });
});
