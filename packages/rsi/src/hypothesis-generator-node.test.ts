import { defineNode, GraphSpec, graphVersion, NodeRegistry } from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import { ExperienceDatabase } from "@spark/experience-db";
import { DiagnosticReport } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { HypothesisGeneratorNode, type HypothesisGeneratorOptions } from "./hypothesis-generator-node.ts";
import type { HypothesisModel } from "./hypothesis-model.ts";

const registry = new NodeRegistry([
  defineNode({
    type: "Work",
    config: z.strictObject({
      size: z.int().min(1).max(100).default(10),
      other: z.int().min(1).max(100).default(10),
    }),
    process: (x) => x,
  }),
]);
const baselineSpec = GraphSpec.parse({
  id: "g",
  start: "work",
  nodes: [{ id: "work", type: "Work", config: { size: 20, other: 20 } }],
});
const baseline = graphVersion(baselineSpec);
const report = DiagnosticReport.parse({ graphId: "g", generatedAt: "2026-01-01T00:00:00Z" });

const setting = (newValue: unknown, more: object = {}): object => ({
  hypothesisType: "parameter_tuning",
  targetNode: "work",
  rationale: `size ${String(newValue)}`,
  changes: [{ type: "node_config_update", targetNodeId: "work", configPath: "size", newValue }],
  evidence: { nodeType: "Work", configPath: "size" },
  ...more,
});
const otherSetting = (newValue: number): object =>
  setting(newValue, {
    rationale: `other ${newValue}`,
    changes: [{ type: "node_config_update", targetNodeId: "work", configPath: "other", newValue }],
    evidence: { nodeType: "Work", configPath: "other" },
  });
const proposing = (...proposals: readonly unknown[]): HypothesisModel => ({
  name: "fixed",
  propose: async () => proposals,
});
const generate = (options: Partial<HypothesisGeneratorOptions>) =>
  new HypothesisGeneratorNode({ registry, ids: sequentialIds(), clock: new ManualClock(), ...options }).run({
    report,
    baselineSpec,
  });

async function openDatabase(): Promise<ExperienceDatabase> {
  const db = new ExperienceDatabase({ clock: new ManualClock() });
  await db.initialize();
  return db;
}

describe("HypothesisGeneratorNode", () => {
  test("makes hypotheses for the exact version, the most promising first, one value for each setting", async () => {
    const model = proposing(setting(5, { promise: 0.2 }), setting(6, { promise: 0.9 }), otherSetting(7));
    const { hypotheses, count, generationMethod, dropped } = await generate({ model });
    expect(hypotheses.map(({ rationale }) => rationale)).toEqual(["size 6", "other 7"]);
    expect(hypotheses[0]).toMatchObject({
      hypothesisId: "hyp_1",
      graphVersionBaseline: baseline.versionId,
      riskLevel: "low",
      createdBy: "fixed",
    });
    expect([count, generationMethod, dropped]).toEqual([2, "fixed", []]);
  });

  test("drops what does not fit the schema, the wanted types or the graph, and says why", async () => {
    const { hypotheses, dropped } = await generate({
      model: proposing(null, setting(3, { hypothesisType: "caching" }), setting("many"), setting(20), {
        rationale: "half",
        hypothesisType: "parameter_tuning",
      }),
    });
    expect(hypotheses).toEqual([]);
    expect(dropped.map(({ position, reasons }) => [position, reasons[0]])).toEqual([
      [0, expect.stringMatching(/^proposal: Invalid input/)],
      [1, expect.stringContaining("expected one of prompt_optimization, parameter_tuning, got caching")],
      [2, expect.stringContaining("size")],
      [3, "the changes make no difference"],
      [4, expect.stringMatching(/^changes: /)],
    ]);
  });

  test("never proposes again what failed, on whatever version, and says as which hypothesis", async () => {
    const experienceDb = await openDatabase();
    await experienceDb.storeHypothesis({
      hypothesisId: "old",
      graphId: "g",
      graphVersionBaseline: "v_other",
      hypothesisType: "parameter_tuning",
      changes: [
        { type: "node_config_update", targetNodeId: "work", configPath: "size", newValue: 5, oldValue: 99 },
      ],
    });
    await experienceDb.updateDeploymentOutcome({
      hypothesisId: "old",
      deployed: false,
      outcome: { status: "rolled_back", rollbackReason: "twice as slow" },
    });
    const { hypotheses, dropped } = await generate({
      experienceDb,
      model: proposing(setting(5), setting(6)),
    });
    expect(hypotheses.map(({ rationale }) => rationale)).toEqual(["size 6"]);
    expect(dropped[0]?.reasons).toEqual(["the same changes did not do as old: twice as slow"]);
  });

  test("tries again on a new version what had no clear ending on another, but not on the same", async () => {
    for (const [version, expected] of [
      [baseline.versionId, 0],
      ["v_other", 1],
    ] as const) {
      const experienceDb = await openDatabase();
      await experienceDb.storeHypothesis({
        hypothesisId: "old",
        graphId: "g",
        graphVersionBaseline: version,
        hypothesisType: "parameter_tuning",
        changes: [{ type: "node_config_update", targetNodeId: "work", configPath: "size", newValue: 5 }],
      });
      await experienceDb.updateTestResults({
        hypothesisId: "old",
        testResult: { hypothesisId: "old", testId: "t", status: "inconclusive" },
      });
      expect((await generate({ experienceDb, model: proposing(setting(5)) })).count).toBe(expected);
    }
  });

  test("puts first what experience speaks for, keeps the patterns' ids, and can be told not to learn", async () => {
    const experienceDb = await openDatabase();
    for (let at = 0; at < 6; at += 1) {
      const hypothesisId = `old_${at}`;
      const configPath = at < 3 ? "other" : "size";
      await experienceDb.storeHypothesis({
        hypothesisId,
        graphId: "g",
        graphVersionBaseline: "v_other",
        hypothesisType: "parameter_tuning",
        diagnosticEvidence: { nodeType: "Work", configPath },
        changes: [{ type: "node_config_update", targetNodeId: "work", configPath, newValue: 50 + at }],
      });
      await experienceDb.updateDeploymentOutcome({
        hypothesisId,
        deployed: at < 3,
        outcome: at < 3 ? { status: "completed" } : { status: "rolled_back", rollbackReason: "slow" },
      });
    }
    const model = proposing(setting(5), otherSetting(7));
    const learned = await generate({ experienceDb, model });
    expect(learned.hypotheses.map(({ rationale }) => rationale)).toEqual(["other 7"]);
    expect(learned.dropped[0]?.reasons).toEqual(["experience says to avoid this kind of change"]);
    expect(learned.hypotheses[0]?.diagnosticEvidence["patternIds"]).toContain(
      "success_parameter_tuning_node_config_update_Work_other@g",
    );
    const plain = await generate({ experienceDb, model, enablePatternLearning: false });
    expect(plain.hypotheses.map(({ rationale }) => rationale)).toEqual(["size 5", "other 7"]);
    expect(plain.patternsUsed).toEqual([]);
  });

  test("refuses inputs that are none", async () => {
    const generator = new HypothesisGeneratorNode({ registry });
    await expect(generator.run({ report: {}, baselineSpec } as never)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
