import { ManualClock } from "@spark/graph/testing";
import { ExperienceDatabase } from "@spark/experience-db";
import type { Experience, HypothesisType } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { extractPatterns } from "./extract-patterns.ts";
import { PatternExtractor } from "./pattern-extractor.ts";
import { PatternExtractorNode } from "./pattern-extractor-node.ts";
import { priorityScore, shouldAvoid } from "./pattern-priority.ts";

type Ending =
  | "kept"
  | "rolled_back"
  | "test_failed"
  | "refused"
  | "late"
  | "lost"
  | "inconclusive"
  | "improved";

interface Past {
  readonly ending: Ending;
  readonly type?: HypothesisType;
  readonly configPath?: string;
  readonly daysAgo?: number;
}

const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;

async function remembering(past: readonly Past[], clock = new ManualClock(now - 400 * day)) {
  const db = new ExperienceDatabase({ clock });
  await db.initialize();
  const oldestFirst = [...past].sort((a, b) => (b.daysAgo ?? 0) - (a.daysAgo ?? 0));
  for (const [at, { ending, type = "parameter_tuning", configPath, daysAgo = 0 }] of oldestFirst.entries()) {
    await clock.advance(now - daysAgo * day - clock.now());
    const hypothesisId = `h${at}`;
    await db.storeHypothesis({
      hypothesisId,
      graphId: "g",
      graphVersionBaseline: "v",
      hypothesisType: type,
      diagnosticEvidence: configPath === undefined ? {} : { nodeType: "Work", configPath },
      changes: [
        { type: "node_config_update", targetNodeId: "work", configPath: configPath ?? "size", newValue: at },
      ],
    });
    await end(db, hypothesisId, ending);
  }
  await clock.advance(now - clock.now());
  return { db, clock };
}

async function end(db: ExperienceDatabase, hypothesisId: string, ending: Ending): Promise<void> {
  const test = (status: "passed" | "failed" | "inconclusive", isImprovement: boolean) =>
    db.updateTestResults({
      hypothesisId,
      testResult: { hypothesisId, testId: "t", status, comparison: comparison(isImprovement) },
    });
  const outcome = (deployed: boolean, value: object) =>
    db.updateDeploymentOutcome({ hypothesisId, deployed, outcome: value, lessons: [`lesson of ${ending}`] });
  const endings = {
    kept: () => outcome(true, { status: "completed" }),
    rolled_back: () => outcome(false, { status: "rolled_back", rollbackReason: "twice as slow" }),
    test_failed: () => test("failed", false),
    refused: () => outcome(false, { status: "rejected", phase: "validation", error: "protected node" }),
    late: () => outcome(false, { status: "rejected", phase: "deployment", error: "stale baseline" }),
    lost: () => outcome(false, { status: "failed", phase: "recovery", error: "another baseline serves" }),
    inconclusive: () => test("inconclusive", true),
    improved: () => test("passed", true),
  } satisfies Record<Ending, () => Promise<unknown>>;
  await endings[ending]();
}

function comparison(isImprovement: boolean) {
  const metrics = {
    numRuns: 10,
    successCount: 10,
    failureCount: 0,
    successRate: 1,
    avgDuration: 1,
    p50Duration: 1,
    p95Duration: 1,
    p99Duration: 1,
  };
  return {
    baselineMetrics: metrics,
    candidateMetrics: metrics,
    successRateDelta: 0.1,
    avgDurationDelta: -0.2,
    p95DurationDelta: 0,
    isSignificant: true,
    confidenceLevel: 0.95,
    isImprovement,
    isRegression: false,
    meetsSuccessCriteria: isImprovement,
  };
}

const times = (count: number, past: Past): readonly Past[] => Array.from({ length: count }, () => past);
const extract = async (past: readonly Past[]) => {
  const { db } = await remembering(past);
  const experiences: readonly Experience[] = await db.queryHypotheses({ limit: Infinity });
  return extractPatterns(experiences, { nowMs: now });
};
const ids = (patterns: readonly { readonly patternId: string }[]): readonly string[] =>
  patterns.map(({ patternId }) => patternId);

describe("extractPatterns", () => {
  test("three that were kept make a success, with the confidence of a posterior instead of certainty", async () => {
    const [pattern] = await extract(times(3, { ending: "kept" }));
    expect(pattern).toMatchObject({
      patternId: "success_parameter_tuning",
      patternType: "success",
      evidenceCount: 3,
      recommendation: "Continue with parameter_tuning: 3 of 3 were kept in service.",
      context: { lessons: ["lesson of kept"] },
    });
    // Beta(4, 1): mean 4/5, P(rate > 1/2) = 1 - 1/16.
    expect(pattern?.successRate).toBeCloseTo(0.8, 12);
    expect(pattern?.confidence).toBeCloseTo(0.9375, 12);
  });

  test("two make none, and neither do as many failures as successes", async () => {
    expect(await extract(times(2, { ending: "kept" }))).toEqual([]);
    const even = [...times(3, { ending: "kept" }), ...times(3, { ending: "test_failed" })];
    expect(await extract(even)).toEqual([]);
  });

  test("a rollback is a failure and a regression with its reason; a test that could not tell is neither", async () => {
    const patterns = await extract(times(3, { ending: "rolled_back" }));
    expect(ids(patterns)).toEqual(["failure_parameter_tuning", "regression_parameter_tuning"]);
    expect(patterns[1]?.context["reasons"]).toEqual(["twice as slow"]);
    expect(patterns[0]?.successRate).toBeCloseTo(0.2, 12);
    expect(await extract(times(5, { ending: "inconclusive" }))).toEqual([]);
  });

  test("a refusal by the rules is the change's fault, one for being late is not", async () => {
    expect(ids(await extract(times(3, { ending: "refused" })))).toEqual(["failure_parameter_tuning"]);
    expect(await extract(times(3, { ending: "late" }))).toEqual([]);
  });

  test("a deployment that was lost with its process teaches nothing about its kind", async () => {
    expect(await extract(times(5, { ending: "lost" }))).toEqual([]);
  });

  test("improvements in tests carry their mean effects", async () => {
    const [pattern] = await extract(times(4, { ending: "improved" }));
    expect(pattern).toMatchObject({ patternType: "improvement" });
    expect(pattern?.context["avgLatencyDelta"]).toBeCloseTo(-0.2, 12);
  });

  test("what is long ago counts less", async () => {
    const recent = await extract([
      ...times(3, { ending: "kept" }),
      ...times(3, { ending: "test_failed", daysAgo: 90 }),
    ]);
    // The failures count an eighth each: Beta(4, 1.375).
    expect(recent[0]?.patternType).toBe("success");
    expect(recent[0]?.successRate).toBeCloseTo(4 / 5.375, 12);
  });

  test("separates the kinds of change within a type", async () => {
    const patterns = await extract([
      ...times(4, { ending: "kept", configPath: "good" }),
      ...times(4, { ending: "rolled_back", configPath: "bad" }),
    ]);
    const context = (configPath: string) => ({
      hypothesisType: "parameter_tuning",
      changeType: "node_config_update",
      nodeType: "Work",
      configPath,
    });
    expect(priorityScore(patterns, context("good"))).toBeGreaterThan(0.65);
    expect(priorityScore(patterns, context("bad"))).toBeLessThan(0.3);
    expect([shouldAvoid(patterns, context("bad")), shouldAvoid(patterns, context("good"))]).toEqual([
      true,
      false,
    ]);
    expect(shouldAvoid(patterns, { hypothesisType: "parameter_tuning" })).toBe(false);
    expect(priorityScore(patterns, { hypothesisType: "caching" })).toBe(0.5);
  });
});

describe("PatternExtractor", () => {
  test("looks at more than a hundred experiences", async () => {
    const { db, clock } = await remembering(times(150, { ending: "kept" }));
    const [pattern] = await new PatternExtractor({ experienceDb: db, clock }).extractPatterns("g");
    expect(pattern?.evidenceCount).toBe(150);
  });

  test("leaves out a pattern that led astray when it was followed", async () => {
    const { db, clock } = await remembering(times(3, { ending: "kept" }));
    const extractor = new PatternExtractor({ experienceDb: db, clock });
    const patterns = await extractor.extractPatterns("g");
    await extractor.storePatterns(patterns);
    const [pattern] = patterns;
    expect(pattern?.patternId).toBe("success_parameter_tuning@g");
    for (let use = 0; use < 3; use += 1) {
      await db.updatePatternStats({ patternId: "success_parameter_tuning@g", success: false });
    }
    expect(await extractor.extractPatterns("g")).toEqual([]);
    await extractor.storePatterns(patterns);
    expect(await extractor.extractPatterns("g")).toEqual([]);
  });

  test("as a node gives patterns, sentences, priorities and types to avoid, and keeps the patterns", async () => {
    const { db, clock } = await remembering([
      ...times(4, { ending: "kept", type: "caching" }),
      ...times(4, { ending: "rolled_back", type: "parallelization" }),
    ]);
    const report = await new PatternExtractorNode({ experienceDb: db, clock }).run({ graphId: "g" });
    expect(report.typesToAvoid).toEqual(["parallelization"]);
    expect(report.priorities.caching).toBeGreaterThan(0.6);
    expect(report.priorities.prompt_optimization).toBe(0.5);
    expect(report.recommendations[0]).toBe(
      "[FAILURE] Avoid parallelization: 4 of 4 failed or were refused. (confidence: 97 %, evidence: 4)",
    );
    const stored = await db.queryPatterns({ graphId: "g", patternType: "success" });
    expect(ids(stored)).toEqual(["success_caching@g"]);
  });
});
