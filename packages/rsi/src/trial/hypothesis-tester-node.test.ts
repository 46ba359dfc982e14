import { defineNode, GraphSpec, graphVersion, NodeRegistry } from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { HypothesisTesterNode, type HypothesisTesterOptions } from "./hypothesis-tester-node.ts";

const spec = GraphSpec.parse({
  id: "support",
  start: "answer",
  nodes: [
    { id: "answer", type: "Answer", config: { ms: 100 } },
    { id: "send", type: "Send" },
  ],
  edges: [{ id: "answer-send", fromNode: "answer", toNode: "send" }],
});

/** A node that takes `ms` of the clock and one that acts on the world; `sent` counts its acts. */
function world() {
  const clock = new ManualClock();
  const sent: unknown[] = [];
  const registry = new NodeRegistry([
    defineNode({
      type: "Answer",
      config: z.strictObject({
        ms: z.number().min(0),
        failsFrom: z.number().default(Infinity),
        words: z.number().default(1),
      }),
      input: z.number(),
      process: async (input, _context, { ms, failsFrom, words }) => {
        await clock.advance(ms + (input % 7));
        if (input >= failsFrom) throw new RangeError("too much");
        return { input, words };
      },
    }),
    defineNode({
      type: "Send",
      effects: true,
      process: (message: unknown) => {
        sent.push(message);
        return message;
      },
    }),
  ]);
  const options: HypothesisTesterOptions = {
    registry,
    clock,
    ids: sequentialIds(),
    testInputs: Array.from({ length: 50 }, (_, index) => index),
    standIns: { Send: (message) => message },
    config: { maxPairs: 150, warmupPairs: 5 },
  };
  return { options, sent };
}

const set = (configPath: string, newValue: number) =>
  exampleHypothesis({
    changes: [{ type: "node_config_update", targetNodeId: "answer", configPath, newValue }],
  });

async function run(options: HypothesisTesterOptions, hypothesis = set("ms", 50)) {
  const { testResult } = await new HypothesisTesterNode(options).run({ hypothesis, baselineSpec: spec });
  return testResult;
}

describe("the hypothesis tester", () => {
  test("passes a faster candidate, and says which version that was", async () => {
    const hypothesis = set("ms", 50);
    const result = await run(world().options, hypothesis);
    const applied = new ChangeApplicator().applyHypothesis({ baseline: graphVersion(spec), hypothesis });
    expect(result).toMatchObject({
      status: "passed",
      hypothesisId: hypothesis.hypothesisId,
      testId: "test_1",
      successCriteriaMet: true,
      comparison: { isImprovement: true, isRegression: false, meetsSuccessCriteria: true },
    });
    expect(result.testedVersionId).toBe(applied.ok && applied.candidate.versionId);
    expect(result.comparison?.avgDurationDelta).toBeCloseTo(-0.05, 2);
    expect(result.comparison?.summary).toContain("mean latency -50 ms (95 % interval");
  });

  test("gives intervals, evidence and labelled textbook figures, and says what it did not count", async () => {
    const { comparison } = await run(world().options);
    expect(comparison?.warnings).toContain("The first 5 pairs warmed both arms up and are not counted.");
    expect(comparison?.extra).toMatchObject({
      warmupPairsExcluded: 5,
      stoppedEarly: true,
      intervals: { latency: { lower: expect.any(Number), upper: expect.any(Number) } },
      classical: { validity: "valid only for a sample size fixed before the first look" },
    });
    const intervals = z.object({ latency: z.object({ lower: z.number(), upper: z.number() }) });
    const { latency } = intervals.parse(comparison?.extra?.["intervals"]);
    expect(latency.lower).toBeLessThan(-0.05);
    expect(latency.upper).toBeGreaterThan(-0.05);
    expect(latency.upper).toBeLessThan(0);
  });

  test("fails a slower one and one that fails more", async () => {
    const slower = await run(world().options, set("ms", 200));
    expect(slower).toMatchObject({ status: "failed", comparison: { isRegression: true } });
    const failing = await run(world().options, set("failsFrom", 25));
    expect(failing.status).toBe("failed");
    expect(failing.comparison?.candidateMetrics.errorTypes).toEqual({
      RangeError: failing.comparison?.candidateMetrics.failureCount,
    });
  });

  test("is inconclusive about a change without effect, and says what more runs would do", async () => {
    const result = await run(world().options, set("words", 2));
    expect(result).toMatchObject({ status: "inconclusive", numBaselineRuns: 150, successCriteriaMet: false });
    expect(result.recommendations[0]).toContain("More pairs are unlikely to decide");
  });

  test("takes the quality of outputs from the scorer", async () => {
    const scorer = ({ output }: { readonly output: unknown }): number =>
      (output as { readonly words: number }).words / 10;
    const { options } = world();
    expect((await run({ ...options, scorer }, set("words", 8))).status).toBe("passed");
    const worse = await run({ ...options, scorer }, set("words", 0));
    expect(worse.status).toBe("failed");
    expect(worse.comparison?.baselineMetrics.quality).toBeCloseTo(0.1);
  });

  test("gives the same result for the same seed", async () => {
    expect(await run(world().options)).toEqual(await run(world().options));
  });

  test("never lets a node act on the world", async () => {
    const { options, sent } = world();
    expect((await run(options)).status).toBe("passed");
    expect(sent).toEqual([]);
    const { standIns: _standIns, ...without } = options;
    expect(await run(without)).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining('nothing stands in for them: "send" (Send)'),
    });
    expect(sent).toEqual([]);
  });

  test("says as an error why there was no test", async () => {
    const { options } = world();
    const message = async (given: HypothesisTesterOptions, hypothesis = set("ms", 50)) => {
      const { status, errorMessage } = await run(given, hypothesis);
      expect(status).toBe("error");
      return errorMessage;
    };
    expect(await message(options, set("ms", -1))).toContain("config.ms");
    expect(await message(options, set("ms", 100))).toContain("the changes make no difference");
    expect(await message(options, exampleHypothesis({ graphId: "other" }))).toContain('about graph "other"');
    expect(await message({ ...options, testInputs: [] })).toContain("no inputs to run on");
    expect(await message({ ...options, testInputs: [() => 1] })).toContain("an input cannot be copied");
    expect(await message({ ...options, scorer: () => 2 })).toContain("a number from 0 to 1, got 2");
    const scorer = () => Promise.reject(new Error("no judge"));
    expect(await message({ ...options, scorer })).toContain("the scorer failed: no judge");
  });

  test("stops when its run is aborted", async () => {
    const { options } = world();
    const controller = new AbortController();
    const testInputs = () => {
      controller.abort(new Error("shut down"));
      return [1, 2, 3];
    };
    const tester = new HypothesisTesterNode({ ...options, testInputs });
    const pending = tester.run(
      { hypothesis: set("ms", 50), baselineSpec: spec },
      { signal: controller.signal },
    );
    await expect(pending).rejects.toThrow("shut down");
  });

  test("takes what the case has gathered, and inputs with it, and refuses anything else", async () => {
    const { options } = world();
    const { testInputs: _inputs, ...rest } = options;
    const tester = new HypothesisTesterNode(rest);
    const subject = { hypothesis: set("ms", 50), baselineSpec: spec };
    const validation = { approved: true, riskLevel: "low" as const, riskScore: 0 };
    const tested = await tester.run({ ...subject, validation, shouldContinue: true, testInputs: [1, 2] });
    expect(tested.validation?.approved).toBe(true);
    expect(tested.testResult.status).toBe("passed");
    expect(Object.keys(tested).sort()).toEqual(["baselineSpec", "hypothesis", "testResult", "validation"]);
    await expect(tester.run({ ...subject, typo: 1 } as never)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
