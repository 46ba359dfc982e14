import type { NodeRun, RunRecord } from "@spark/graph";
import { GraphSpec } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { RunLog } from "@spark/telemetry";
import { makeRunRecord } from "@spark/telemetry/testing";
import { describe, expect, test } from "vitest";
import { PerformanceAnalyzerNode } from "./performance-analyzer-node.ts";

const hour = 3_600_000;
const clock = new ManualClock();
const now = clock.now();

const ran = (nodeId: string, durationMs: number, ok = true): NodeRun => ({
  nodeId,
  durationMs,
  attempts: 1,
  ok,
});

/** 100 runs: parse takes 1 ms, answer 4 ms; run 10, 20, 30 and 40 fail in answer. */
function support(): readonly RunRecord[] {
  return Array.from({ length: 100 }, (_, sequence) => {
    const ok = sequence === 0 || sequence > 40 || sequence % 10 !== 0;
    return makeRunRecord({
      sequence,
      graphId: "support",
      startedAt: now - 1000 + sequence,
      durationMs: 5,
      ok,
      ...(ok
        ? {}
        : { error: { type: "TypeError", message: `no answer ${sequence}`, nodeId: "answer", attempt: 1 } }),
      nodes: [ran("parse", 1), ran("answer", 4, ok)],
    });
  });
}

async function analyze(runs: readonly RunRecord[], request: object = {}) {
  const analysis = await new PerformanceAnalyzerNode({ clock }).run({ graphId: "support", runs, ...request });
  if (!analysis.analyzed) throw new Error(analysis.reason);
  return analysis;
}

describe("the performance analyzer", () => {
  test("sums up what the runs did, in seconds and fractions", async () => {
    const { report, hasIssues } = await analyze(support());
    expect(hasIssues).toBe(true);
    expect(report.summary).toEqual({
      totalExecutions: 100,
      successRate: 0.96,
      avgDuration: expect.closeTo(0.005, 9),
      p50Duration: 0.005,
      p95Duration: 0.005,
      p99Duration: 0.005,
    });
    expect(report.graphVersion).toBe("v1");
    expect(report.nodeMetrics["answer"]).toMatchObject({ executions: 100, failures: 4, errorRate: 0.04 });
  });

  test("names the slow and the unreliable node with their figures", async () => {
    const { report } = await analyze(support());
    expect(report.bottlenecks).toMatchObject([
      { nodeId: "answer", issue: "high_latency", severity: "critical", metrics: { latencyShare: 0.8 } },
      { nodeId: "answer", issue: "high_error_rate", severity: "medium", impactScore: 0.4 },
    ]);
    expect(report.opportunities[0]).toBe(
      'Node "answer" takes 80 % of the time a run waits (mean 4 ms, p95 4 ms).',
    );
  });

  test("groups failures by node and type, with messages and runs to look at", async () => {
    const { report } = await analyze(support());
    expect(report.failures).toEqual([
      {
        nodeId: "answer",
        nodeName: "answer",
        errorType: "TypeError",
        count: 4,
        sampleMessages: ["no answer 10", "no answer 20", "no answer 30"],
        exampleRunIds: ["run_10", "run_20", "run_30"],
      },
    ]);
  });

  test("keeps failures that a fallback edge took care of apart from failed runs", async () => {
    const runs = support().map((run) => ({
      ...run,
      ok: true,
      nodes: [ran("parse", 1, false), ran("plain", 1)],
    }));
    const { report } = await analyze(runs.map(({ error: _error, ...run }) => run));
    expect(report.failures).toMatchObject([
      { nodeId: "parse", errorType: "handled_by_fallback", count: 100 },
    ]);
  });

  test("does not blame a branch for waiting when the spec shows that another was slower", async () => {
    const spec = GraphSpec.parse({
      id: "support",
      start: "split",
      nodes: ["split", "fast", "slow", "join"].map((id) => ({ id, type: "Step" })),
      edges: [
        ["split", "fast"],
        ["split", "slow"],
        ["fast", "join"],
        ["slow", "join"],
      ].map(([fromNode, toNode]) => ({ id: `${fromNode}-${toNode}`, fromNode, toNode })),
    });
    const nodes = [ran("split", 1), ran("fast", 8), ran("slow", 9), ran("join", 0)];
    const runs = support().map(({ error: _error, ...run }) => ({ ...run, ok: true, nodes }));
    const slow = (report: { bottlenecks: readonly { nodeId: string }[] }) =>
      report.bottlenecks.map(({ nodeId }) => nodeId);
    expect(slow((await analyze(runs, { spec })).report)).toEqual(["slow"]);
    expect(slow((await analyze(runs)).report)).toEqual(["slow", "fast"]);
  });

  test("says that other runs cost nothing where they do, whatever sums of tenths leave", async () => {
    const runs = support().map((run, index) =>
      index % 14 === 0
        ? { ...run, ok: true, cost: 0.1, nodes: [ran("parse", 1), ran("answer", 4)] }
        : { ...run, ok: true, cost: 0, nodes: [ran("parse", 1)] },
    );
    const { report } = await analyze(runs);
    const dear = report.bottlenecks.find(({ issue }) => issue === "high_cost");
    expect(dear?.metrics).toMatchObject({ costOfOtherRuns: 0, costShare: expect.closeTo(1) });
  });

  test("finds the dear node by what runs cost that do not pass through it", async () => {
    const runs = support().map(({ error: _error, ...run }, index) => ({
      ...run,
      ok: true,
      cost: index < 10 ? 0.21 : 0.01,
      nodes: [ran("parse", 1), ran(index < 10 ? "expert" : "bot", 0)],
    }));
    const { report } = await analyze(runs);
    expect(report.summary?.totalCost).toBeCloseTo(3);
    const dear = report.bottlenecks.find(({ issue }) => issue === "high_cost");
    expect(dear).toMatchObject({ nodeId: "expert", severity: "high" });
    expect(dear?.metrics["costShare"]).toBeCloseTo(2 / 3);
  });

  test("counts only this graph, this version and this window", async () => {
    const runs = [
      ...support(),
      makeRunRecord({ graphId: "other", startedAt: now }),
      makeRunRecord({ graphId: "support", versionId: "v2", startedAt: now }),
      makeRunRecord({ graphId: "support", startedAt: now - 25 * hour }),
    ];
    const { report } = await analyze(runs, { graphVersion: "v1" });
    expect(report.summary?.totalExecutions).toBe(100);
    expect((await analyze(runs, { startTime: now - 30 * hour })).report.summary?.totalExecutions).toBe(102);
  });

  test("says so when there are too few runs to judge", async () => {
    const analysis = await new PerformanceAnalyzerNode({ clock }).run({
      graphId: "support",
      runs: support().slice(0, 9),
    });
    expect(analysis).toEqual({
      analyzed: false,
      hasIssues: false,
      reason: "too few runs of support in the window: 9, at least 10 are needed",
    });
  });

  test("reads the runs from a run log", async () => {
    const source = new RunLog();
    for (const run of support()) source.add(run);
    const analysis = await new PerformanceAnalyzerNode({ source, clock }).run({ graphId: "support" });
    expect(analysis.analyzed).toBe(true);
  });

  test("refuses a request without runs, and one that is malformed", async () => {
    const analyzer = new PerformanceAnalyzerNode({ clock });
    await expect(analyzer.run({ graphId: "support" })).rejects.toThrow("pass runs with the request");
    await expect(analyzer.run({ graphId: "", startTime: 2, endTime: 1 })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
