import { defineNode, graphVersion, type GraphSpecInput, NodeRegistry, type RunRecord } from "@spark/graph";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { DiagnosticReport, type FailurePattern, HypothesisType, type NodeMetrics } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { HypothesisProposal } from "../hypothesis-model.ts";
import { heuristicModel } from "./heuristic-model.ts";

const text = z.object({ text: z.string() });
const registry = new NodeRegistry([
  defineNode({
    type: "Parse",
    config: z.strictObject({
      strictness: z.enum(["lenient", "standard", "strict"]).default("standard"),
      maxChars: z.int().min(1_000).max(1_000_000).default(1_000_000),
    }),
    input: text,
    output: text,
    alternatives: ["ParsePlain", "Send"],
    process: (x) => x,
  }),
  defineNode({
    type: "ParsePlain",
    input: z.union([text, z.object({ inputs: text }).transform(({ inputs }) => inputs)]),
    process: (x) => x,
  }),
  defineNode({
    type: "Look",
    config: z.strictObject({
      window: z
        .int()
        .min(1)
        .max(8)
        .default(2)
        .meta({ improves: { lower: ["latency"] } }),
      cacheEntries: z.int().min(0).max(500).default(0).meta({ role: "cache" }),
    }),
    input: text,
    output: text.extend({ seen: z.boolean() }),
    process: (x) => ({ ...x, seen: true }),
  }),
  defineNode({ type: "Send", effects: true, input: z.unknown(), process: (x) => x }),
  defineNode({
    type: "Count",
    input: z.record(z.string(), z.object({ seen: z.boolean() })),
    process: (x) => x,
  }),
]);

const chain = (config: Record<string, object> = {}): GraphSpecInput => ({
  id: "g",
  start: "parse",
  nodes: [
    { id: "parse", type: "Parse", config: { ...config["parse"] } },
    { id: "look", type: "Look", config: { window: 3, ...config["look"] } },
    { id: "send", type: "Send" },
  ],
  edges: [
    { id: "e1", fromNode: "parse", toNode: "look" },
    { id: "e2", fromNode: "look", toNode: "send" },
  ],
});

interface Facts {
  readonly seconds?: Record<string, number>;
  readonly errorRates?: Record<string, number>;
  readonly failures?: readonly FailurePattern[];
  readonly runs?: readonly RunRecord[];
  readonly types?: readonly HypothesisType[];
  readonly registry?: NodeRegistry;
}

async function propose(spec: GraphSpecInput, facts: Facts = {}): Promise<readonly HypothesisProposal[]> {
  const { seconds = {}, errorRates = {}, failures = [], runs = [], types = HypothesisType.options } = facts;
  const baseline = graphVersion(spec);
  const metrics = (nodeId: string): NodeMetrics => {
    const errorRate = errorRates[nodeId] ?? 0;
    return {
      nodeId,
      nodeName: nodeId,
      executions: 1000,
      successes: 1000 * (1 - errorRate),
      failures: 1000 * errorRate,
      successRate: 1 - errorRate,
      errorRate,
      avgDuration: seconds[nodeId] ?? 0,
      p95Duration: seconds[nodeId] ?? 0,
    };
  };
  const report = DiagnosticReport.parse({
    graphId: "g",
    summary: {
      totalExecutions: 1000,
      successRate: 1,
      avgDuration: 1,
      p50Duration: 1,
      p95Duration: 1,
      p99Duration: 1,
    },
    nodeMetrics: Object.fromEntries(baseline.spec.nodes.map(({ id }) => [id, metrics(id)])),
    failures,
    generatedAt: "2026-01-01T00:00:00Z",
  });
  const proposals = (
    await heuristicModel().propose({
      report,
      baseline,
      registry: facts.registry ?? registry,
      runs,
      patterns: [],
      tried: [],
      hypothesisTypes: types,
      maxProposals: 10,
      signal: new AbortController().signal,
    })
  ).map((proposal) => HypothesisProposal.parse(proposal));
  // Whatever a rule proposes, it can be applied.
  const applicator = new ChangeApplicator({ registry });
  for (const hypothesis of proposals) {
    expect(applicator.applyHypothesis({ baseline, hypothesis })).toMatchObject({ ok: true });
  }
  return proposals;
}

const byRule = (proposals: readonly HypothesisProposal[], rule: string): readonly HypothesisProposal[] =>
  proposals.filter(({ evidence }) => evidence["rule"] === rule);

const newValues = (proposals: readonly HypothesisProposal[], configPath: string): readonly unknown[] =>
  proposals.flatMap(({ changes }) =>
    changes.flatMap((change) =>
      change.type === "node_config_update" && change.configPath === configPath ? [change.newValue] : [],
    ),
  );

describe("parameter tuning", () => {
  test("proposes the recommended value, and steps the way the hints say", async () => {
    const proposals = byRule(
      await propose(chain(), { seconds: { look: 0.9, parse: 0.1 } }),
      "parameter-tuning",
    );
    expect(newValues(proposals, "window")).toEqual([2, 2]);
    expect(proposals[0]?.changes[0]).toMatchObject({ oldValue: 3 });
    expect(newValues(proposals, "cacheEntries")).toEqual([]);
  });

  test("takes no steps where neither way is better as such", async () => {
    const neither = defineNode({
      type: "Weigh",
      config: z.strictObject({ weight: z.number().min(0).max(9).default(1).meta({ improves: {} }) }),
      process: (x: unknown) => x,
    });
    const spec: GraphSpecInput = { id: "g", start: "weigh", nodes: [{ id: "weigh", type: "Weigh" }] };
    const proposals = await propose(spec, { seconds: { weigh: 1 }, registry: new NodeRegistry([neither]) });
    expect(byRule(proposals, "parameter-tuning")).toEqual([]);
  });

  test("takes big steps where the range spans orders of magnitude, and never leaves it", async () => {
    const proposals = byRule(await propose(chain(), { seconds: { parse: 1 } }), "parameter-tuning");
    expect(newValues(proposals, "maxChars")).toEqual([32_000, 180_000]);
  });

  test("tries the other choices of an enumeration where a node fails", async () => {
    const proposals = byRule(await propose(chain(), { errorRates: { parse: 0.05 } }), "parameter-tuning");
    expect(newValues(proposals, "strictness")).toEqual(["lenient", "strict"]);
  });

  test("says nothing about a healthy graph with recommended settings", async () => {
    expect(byRule(await propose(chain({ look: { window: 2 } })), "parameter-tuning")).toEqual([]);
  });
});

describe("retry and time-out", () => {
  const failing = (nodeId: string, errorType: string): Facts => ({
    errorRates: { [nodeId]: 0.1 },
    failures: [{ nodeId, nodeName: nodeId, errorType, count: 100, sampleMessages: [], exampleRunIds: [] }],
  });

  test("retries what may pass, and expects what independent attempts give", async () => {
    const [proposal] = byRule(await propose(chain(), failing("parse", "ECONNRESET")), "retry-and-timeout");
    expect(proposal?.changes[0]).toMatchObject({
      configPath: "policies.retry",
      newValue: { maxAttempts: 3 },
    });
    expect(proposal?.expectedImprovement.successRateDelta).toBeCloseTo(0.099);
  });

  test("retries neither what fails the same way twice nor what acts on the world", async () => {
    expect(byRule(await propose(chain(), failing("parse", "SyntaxError")), "retry-and-timeout")).toEqual([]);
    expect(byRule(await propose(chain(), failing("send", "ECONNRESET")), "retry-and-timeout")).toEqual([]);
  });

  test("doubles a time-out that is run into, and adds attempts up to a limit", async () => {
    const policies = { timeoutSeconds: 2, retry: { maxAttempts: 3 } };
    const proposals = await propose(chain({ parse: { policies } }), failing("parse", "node_timeout"));
    expect(newValues(proposals, "policies.timeoutSeconds")).toEqual([4]);
    expect(newValues(proposals, "policies.retry.maxAttempts")).toEqual([5]);
    const enough = { policies: { retry: { maxAttempts: 6 } } };
    const none = await propose(chain({ parse: enough }), failing("parse", "node_timeout"));
    expect(byRule(none, "retry-and-timeout")).toEqual([]);
  });

  test("cuts off a tail that is ten times as long as the rule", async () => {
    const run = (durationMs: number): RunRecord => record([{ nodeId: "parse", durationMs }]);
    const runs = Array.from({ length: 200 }, (_, at) => run(at % 50 === 0 ? 9000 : 100));
    expect(newValues(await propose(chain(), { runs }), "policies")).toEqual([
      { timeoutSeconds: 0.5, retry: { maxAttempts: 2 } },
    ]);
    const even = Array.from({ length: 200 }, () => run(2000));
    expect(newValues(await propose(chain(), { runs: even }), "policies")).toEqual([]);
  });
});

describe("structure", () => {
  test("replaces a slow node by its declared alternatives, without what they do not know", async () => {
    const [proposal, ...others] = byRule(
      await propose(chain({ parse: { maxChars: 5000 } }), { seconds: { parse: 1 } }),
      "node-replacement",
    );
    expect(others).toEqual([]);
    expect(proposal?.changes).toEqual([
      {
        type: "node_replacement",
        targetNodeId: "parse",
        replacementNodeSpec: { id: "parse", type: "ParsePlain" },
      },
    ]);
    expect(proposal?.riskFactors).toEqual(["The setting maxChars has no place in ParsePlain."]);
  });

  test("gives a failing node an alternative as fallback, which leads where the node leads", async () => {
    const [proposal] = byRule(await propose(chain(), { errorRates: { parse: 0.02 } }), "fallback");
    expect(proposal?.changes).toMatchObject([
      { type: "node_add", nodeSpec: { id: "parse_fallback", type: "ParsePlain" } },
      { type: "edge_add", edgeSpec: { fromNode: "parse", toNode: "parse_fallback", onError: true } },
      { type: "edge_add", edgeSpec: { fromNode: "parse_fallback", toNode: "look" } },
    ]);
  });

  test("switches on a declared cache of a slow node only", async () => {
    const proposals = byRule(await propose(chain(), { seconds: { look: 1 } }), "caching");
    expect(newValues(proposals, "cacheEntries")).toEqual([500]);
    expect(byRule(await propose(chain(), { seconds: { parse: 1 } }), "caching")).toEqual([]);
  });

  const sequence: GraphSpecInput = {
    id: "g",
    start: "parse",
    nodes: [
      { id: "parse", type: "Parse" },
      { id: "a", type: "Look" },
      { id: "b", type: "Look" },
      { id: "count", type: "Count" },
    ],
    edges: [
      { id: "e1", fromNode: "parse", toNode: "a" },
      { id: "e2", fromNode: "a", toNode: "b" },
      { id: "e3", fromNode: "b", toNode: "count" },
    ],
  };

  test("runs a sequence in parallel where the schemas prove it, and only there", async () => {
    const seconds = { a: 1, b: 1, look: 1 };
    const [proposal] = byRule(await propose(sequence, { seconds }), "parallel-branches");
    expect(proposal?.changes).toMatchObject([
      { type: "parallelization", entryNode: "parse", branches: [["a"], ["b"]] },
    ]);
    expect(proposal?.expectedImprovement.latencyDelta).toBe(-1);
    expect(byRule(await propose(chain(), { seconds }), "parallel-branches")).toEqual([]);
  });

  test("removes an edge that two hundred runs have passed by, with what only it leads to", async () => {
    const spec: GraphSpecInput = {
      ...chain(),
      edges: [
        { id: "e1", fromNode: "parse", toNode: "look", condition: "$.outputs.rare" },
        { id: "e2", fromNode: "parse", toNode: "send" },
      ],
    };
    const runs = (count: number): readonly RunRecord[] =>
      Array.from({ length: count }, () => record([{ nodeId: "parse" }, { nodeId: "send" }]));
    const [proposal] = byRule(await propose(spec, { runs: runs(200) }), "unused-edges");
    expect(proposal?.changes).toEqual([
      { type: "edge_remove", targetEdgeId: "e1" },
      { type: "node_remove", targetNodeId: "look" },
    ]);
    expect(proposal?.riskFactors[0]).toContain("1.5 %");
    expect(byRule(await propose(spec, { runs: runs(199) }), "unused-edges")).toEqual([]);
    const taken = [...runs(200), record([{ nodeId: "parse" }, { nodeId: "look" }, { nodeId: "send" }])];
    expect(byRule(await propose(spec, { runs: taken }), "unused-edges")).toEqual([]);
  });

  test("gives only the types that are asked for", async () => {
    const facts = { seconds: { parse: 1 }, errorRates: { parse: 0.1 } };
    const proposals = await propose(chain(), { ...facts, types: ["node_replacement"] });
    expect(new Set(proposals.map(({ hypothesisType }) => hypothesisType))).toEqual(
      new Set(["node_replacement"]),
    );
  });
});

function record(nodes: readonly { readonly nodeId: string; readonly durationMs?: number }[]): RunRecord {
  return {
    runId: "run",
    sequence: 0,
    graphId: "g",
    versionId: "v",
    arm: "stable",
    planRevision: 0,
    candidateShare: 0,
    ok: true,
    startedAt: 0,
    durationMs: 1,
    nodes: nodes.map(({ nodeId, durationMs = 1 }) => ({ nodeId, durationMs, attempts: 1, ok: true })),
  };
}
