import { exampleHypothesis, exampleTestResult } from "@spark/rsi-model/testing";
import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { dominates } from "./effects.ts";
import { OptimizationObjectives } from "./objectives.ts";
import { paretoFrontier, rankHypotheses, type TestedHypothesis } from "./rank.ts";

interface Showing {
  /** Of the difference of mean latency, in seconds. */
  readonly latencyInterval?: { readonly lower: number; readonly upper: number };
  readonly latency?: number;
  readonly cost?: number;
  readonly quality?: number;
  readonly successRate?: number;
  readonly baseline?: { readonly latency?: number; readonly successRate?: number };
}

/** A test in which the baseline took 1 s, cost 1 a run, had quality 0.5 and always succeeded. */
function tested(hypothesisId: string, showing: Showing): TestedHypothesis {
  const { latency = 1, cost = 1, quality = 0.5, successRate = 1, baseline = {}, latencyInterval } = showing;
  const metrics = (avgDuration: number, rate: number) => ({
    numRuns: 100,
    successCount: Math.round(100 * rate),
    failureCount: 100 - Math.round(100 * rate),
    successRate: rate,
    avgDuration,
    p50Duration: avgDuration,
    p95Duration: avgDuration,
    p99Duration: avgDuration,
    totalCost: 100,
    quality: 0.5,
  });
  const before = metrics(baseline.latency ?? 1, baseline.successRate ?? 1);
  const after = { ...metrics(latency, successRate), totalCost: 100 * cost, quality };
  return {
    hypothesis: exampleHypothesis({ hypothesisId }),
    testResult: exampleTestResult({
      hypothesisId,
      comparison: {
        baselineMetrics: before,
        candidateMetrics: after,
        successRateDelta: after.successRate - before.successRate,
        avgDurationDelta: after.avgDuration - before.avgDuration,
        p95DurationDelta: 0,
        isSignificant: true,
        confidenceLevel: 0.95,
        isImprovement: true,
        isRegression: false,
        meetsSuccessCriteria: true,
        ...(latencyInterval && { extra: { intervals: { latency: latencyInterval } } }),
      },
    }),
  };
}

const order = (list: readonly { readonly tested: TestedHypothesis }[]): readonly string[] =>
  list.map((one) => one.tested.hypothesis.hypothesisId);

describe("rankHypotheses", () => {
  test("takes a difference that may be none for none", () => {
    const faster = { latency: 0.9, quality: 0.5 };
    const ranked = rankHypotheses([
      tested("perhaps faster", { ...faster, latencyInterval: { lower: -0.25, upper: 0.05 } }),
      tested("faster", { ...faster, latencyInterval: { lower: -0.15, upper: -0.05 } }),
      tested("a little better", { quality: 0.51 }),
    ]);
    expect(order(ranked)).toEqual(["faster", "a little better", "perhaps faster"]);
    expect(ranked.at(-1)?.score.totalScore).toBe(0.5);
  });

  test("no difference scores a half, a halved latency three quarters", () => {
    const [faster, same] = rankHypotheses([tested("same", {}), tested("faster", { latency: 0.5 })]);
    expect(same?.score).toMatchObject({ totalScore: 0.5, meetsConstraints: true });
    expect(faster?.score).toMatchObject({ hypothesisId: "faster", latencyScore: 0.75 });
    expect([faster?.rank, same?.rank]).toEqual([1, 2]);
  });

  test("whatever its score, what violates a constraint comes after what does not, and says all of them", () => {
    const ranked = rankHypotheses([
      tested("bad", { latency: 0.1, cost: 1.2, successRate: 0.9 }),
      tested("slow", { latency: 1.5 }),
    ]);
    expect(order(ranked)).toEqual(["slow", "bad"]);
    expect(ranked[1]?.score.constraintViolations).toEqual([
      "cost grows by 20.0 %, at most 10.0 % is acceptable",
      "success rate is 90.0 %, at least 95.0 % is acceptable",
    ]);
  });

  test("a limit is still acceptable, more is not", () => {
    const violations = (showing: Showing): number =>
      rankHypotheses([tested("one", showing)])[0]?.score.constraintViolations.length ?? NaN;
    expect([violations({ latency: 3 }), violations({ latency: 3.01 })]).toEqual([0, 1]);
    expect([violations({ successRate: 0.95 }), violations({ successRate: 0.94 })]).toEqual([0, 1]);
  });

  test("a graph below the floor may be lifted towards it", () => {
    const [lifted] = rankHypotheses([tested("lifted", { successRate: 0.9, baseline: { successRate: 0.8 } })]);
    expect(lifted?.score.meetsConstraints).toBe(true);
  });

  test("weights count by their ratios", () => {
    const results = [tested("cheap", { cost: 0.5 }), tested("fast", { latency: 0.5 })];
    expect(order(rankHypotheses(results))).toEqual(["fast", "cheap"]);
    expect(order(rankHypotheses(results, { minimizeLatency: 1, minimizeCost: 10 }))).toEqual([
      "cheap",
      "fast",
    ]);
    const zero = { minimizeLatency: 0, minimizeCost: 0, maximizeQuality: 0, maximizeReliability: 0 };
    expect(OptimizationObjectives.safeParse(zero).success).toBe(false);
  });

  test("what was not compared scores nothing", () => {
    const [one] = rankHypotheses([{ hypothesis: exampleHypothesis(), testResult: exampleTestResult() }]);
    expect(one?.score).toMatchObject({ totalScore: 0, meetsConstraints: false });
  });
});

describe("paretoFrontier", () => {
  test("keeps every compromise and puts aside what is beaten in all directions or breaks a constraint", () => {
    const frontier = paretoFrontier([
      tested("fast", { latency: 0.5, cost: 1.05 }),
      tested("cheap", { latency: 1, cost: 0.5 }),
      tested("beaten", { latency: 1.1, cost: 0.6 }),
      tested("dear", { latency: 0.1, cost: 2 }),
    ]);
    expect(order(frontier.solutions)).toEqual(["fast", "cheap"]);
    expect(order(frontier.dominatedSolutions)).toEqual(["beaten", "dear"]);
    expect(frontier.totalEvaluated).toBe(4);
  });

  test("nothing on the frontier is beaten by anything on it, and everything off it that meets the constraints is", () => {
    const level = integer({ min: 5, max: 15 }).map((tenths) => tenths / 10);
    const showing = record({
      latency: level,
      cost: constantFrom(0.8, 0.9, 1),
      quality: constantFrom(0.4, 0.5, 0.6),
    });
    assert(
      property(array(showing, { maxLength: 8 }), (showings) => {
        const { solutions, dominatedSolutions } = paretoFrontier(
          showings.map((one, at) => tested(`h${at}`, one)),
        );
        const effects = solutions.flatMap(({ score }) => score.effects ?? []);
        for (const one of effects) expect(effects.some((other) => dominates(other, one))).toBe(false);
        for (const { score } of dominatedSolutions) {
          expect(effects.some((other) => dominates(other, score.effects ?? other))).toBe(true);
        }
        expect(solutions.length + dominatedSolutions.length).toBe(showings.length);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
