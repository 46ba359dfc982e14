import { isSparkError } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { simulatePanel } from "../testing/simulate-panel.ts";
import { plan, type WatchedStagePlan } from "./plan.ts";
import { printPlan } from "./print-plan.ts";

const steady = { errorRate: 0.02, runs: 1000, p50Latency: 0.2, p95Latency: 0.6 };
const half = { strategy: "direct", holdbackShare: 0.5 } as const;

function watched(...args: Parameters<typeof plan>): readonly WatchedStagePlan[] {
  return plan(...args).stages.filter((stage) => stage.kind === "watch");
}

describe("a plan", () => {
  test("is the same for the same arguments, and another simulation for another seed", () => {
    const traffic = { runsPerSecond: 3, simulations: 50 };
    const first = plan(half, { ...traffic, seed: 7 }, steady);
    expect(JSON.stringify(plan(half, { ...traffic, seed: 7 }, steady))).toBe(JSON.stringify(first));
    const other = plan(half, { ...traffic, seed: 8 }, steady);
    expect(other.thresholdOdds).not.toEqual(first.thresholdOdds);
  });

  test("counts the runs of each stage, and lets a stage wait for the runs it needs", () => {
    const config = { strategy: "canary", canaryStages: [0.1, 1], minimumRuns: 60 } as const;
    const [first, last] = watched(config, { runsPerSecond: 1 }, steady);
    expect(first).toMatchObject({ name: "10 %", seconds: 600, candidateRuns: 60, baselineRuns: 540 });
    expect(last).toMatchObject({ name: "100 %", seconds: 300, candidateRuns: 300, baselineRuns: 0 });
  });

  test("names gates and unseen stages, and does not count the time of a person", () => {
    const stages = [{ kind: "mirror", share: 1, durationSeconds: 60 }, { kind: "gate" }] as const;
    const { expectedSeconds, stages: planned } = plan(
      { strategy: "stages", stages },
      { runsPerSecond: 1 },
      steady,
    );
    expect(expectedSeconds).toBe(60);
    expect(planned.map(({ kind }) => kind)).toEqual(["mirror", "gate"]);
  });

  test("names every field of a forecast that does not fit", () => {
    let refused: unknown;
    try {
      plan({}, { runsPerSecond: 1 }, { errorRate: 2, runs: -1, p50Latency: 1, p95Latency: 0.5 });
    } catch (error) {
      refused = error;
    }
    expect(isSparkError(refused) && refused.code).toBe("invalid_input");
    expect(String(refused)).toMatch(/errorRate.*runs/);
  });

  test("says 100 % of an error rate at most, and nothing of latencies that are not known", () => {
    const [stage] = watched(half, { runsPerSecond: 5 }, { errorRate: 0.4, runs: 1000 });
    expect(stage?.outlook.errors.at(-1)).toMatchObject({ ratio: 10, errorRate: 1 });
    expect(stage?.outlook.latency).toEqual([]);
    expect(stage?.thresholdOdds).not.toHaveProperty("p95Latency");
  });
});

describe("the outlook of a plan", () => {
  test.each([
    { share: 0.1, ratio: 10, simulations: 200 },
    { share: 0.5, ratio: 10, simulations: 200 },
    { share: 1, ratio: 10, simulations: 200 },
    { share: 0.5, ratio: 3, simulations: 40 },
  ])("is within a third of what the guards need at share $share, errors ×$ratio", (regression) => {
    const { share, ratio, simulations } = regression;
    const rollout = { share, checks: 60, runsPerCheck: 200 };
    const stage = { kind: "watch", share, durationSeconds: 60 } as const;
    const config = {
      strategy: "stages",
      stages: [stage],
      monitoringIntervalSeconds: 1,
      maxExtension: 0,
    } as const;
    const [planned] = watched(config, { runsPerSecond: 200, simulations: 50 }, { ...steady, runs: 2000 });
    const expected = planned?.outlook.errors.find((sighting) => sighting.ratio === ratio)?.candidateRuns ?? 0;
    const rates = { baselineRate: 0.02, candidateRate: ratio * 0.02, historyRuns: 2000 };
    const delays = Array.from(
      { length: simulations },
      (_, seed) => simulatePanel({ ...rollout, ...rates, seed }).candidateRuns,
    );
    const mean = delays.reduce((sum, runs) => sum + runs, 0) / delays.length;
    expect(expected / mean).toBeGreaterThan(2 / 3);
    expect(expected / mean).toBeLessThan(4 / 3);
  });

  test("has a smallest regression that fills the stage", () => {
    const [stage] = watched(half, { runsPerSecond: 10, simulations: 50 }, steady);
    const rate = stage?.outlook.smallestErrorRate ?? 0;
    expect(rate).toBeGreaterThan(0.04);
    const [longer] = watched(
      { ...half, monitoringDurationSeconds: 3000 },
      { runsPerSecond: 10, simulations: 50 },
      steady,
    );
    expect(longer?.outlook.smallestErrorRate).toBeLessThan(rate);
  });
});

describe("the odds of the threshold rules", () => {
  test.each([
    { named: "errors", errorRate: 0.1, spread: 0.2 },
    { named: "latencies", errorRate: 0, spread: 1 },
  ])("are those of the rules on simulated runs: $named", ({ errorRate, spread }) => {
    const simulations = 800;
    const rules = { decision: "threshold", minimumRuns: 50, maxLatencyMultiplier: 1.6 } as const;
    const odds = plan(
      { ...rules, strategy: "direct", holdbackShare: 0.5, monitoringDurationSeconds: 30 },
      { runsPerSecond: 20, simulations: 3000 },
      { errorRate, runs: 1000, p50Latency: 0.2, latencySpread: spread },
    ).thresholdOdds.any;
    const rollout = { share: 0.5, checks: 3, runsPerCheck: 200, baselineRate: errorRate };
    const fired = Array.from({ length: simulations }, (_, seed) =>
      simulatePanel({ ...rollout, config: rules, candidateRate: errorRate, latencySpread: spread, seed }),
    ).filter(({ guard }) => guard !== undefined).length;
    const simulated = fired / simulations;
    expect(simulated).toBeGreaterThan(0.1);
    expect(Math.abs(odds - simulated)).toBeLessThan(
      3 * Math.sqrt(simulated * (1 - simulated) * (1 / simulations + 1 / 3000)),
    );
  });

  test("are exact for failures in a row", () => {
    const odds = plan(
      { ...half, failureThreshold: 2, monitoringDurationSeconds: 100 },
      { runsPerSecond: 2, simulations: 50 },
      { errorRate: 0.1, runs: 1000 },
    ).thresholdOdds.consecutiveFailures;
    expect(odds).toBeCloseTo(0.08476518006117928, 12);
  });

  test("of an hour at 1,000 runs a second are there in seconds", () => {
    const began = process.cpuUsage().user;
    plan({ ...half, monitoringDurationSeconds: 3600 }, { runsPerSecond: 1000 }, steady);
    expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(3);
  });
});

/** What a plan warns of: the stage and the subject of each warning. */
function warnings(...args: Parameters<typeof plan>): readonly string[] {
  return plan(...args).warnings.map(({ stage, about }) =>
    stage === undefined ? about : `${stage}: ${about}`,
  );
}

describe("a plan warns", () => {
  const quiet = { runsPerSecond: 50, simulations: 50 };

  test("of nothing where there is nothing", () => {
    expect(warnings(half, quiet, { ...steady, runs: 10_000 })).toEqual([]);
  });

  test("of a stage that cannot see what it guards, and says how long it takes", () => {
    const stages = [{ kind: "watch", share: 0.1, durationSeconds: 30, minimumRuns: 1 }] as const;
    const config = { strategy: "stages", stages } as const;
    const { warnings: found } = plan(config, { runsPerSecond: 1, simulations: 50 }, steady);
    expect(found).toMatchObject([{ stage: "10 %", about: "error_rate" }]);
    expect(found[0]?.change).toMatch(/to see 6 %, watch for \d+ s/);
  });

  test("of a stage that cannot get the runs it needs", () => {
    const stages = [{ kind: "watch", share: 0.1, durationSeconds: 30 }] as const;
    const slow = { runsPerSecond: 1, simulations: 50 };
    expect(warnings({ strategy: "stages", stages }, slow, steady)).toEqual(["10 %: minimumRuns"]);
  });

  test("of threshold rules that are void or fire by chance", () => {
    const config = { ...half, decision: "threshold" } as const;
    expect(warnings(config, quiet, { ...steady, errorRate: 0 })).toEqual(["error_rate"]);
    expect(warnings(config, quiet, steady)).toEqual(["decision"]);
  });

  test("of guards that are not armed, and of a start without a witness", () => {
    expect(warnings({}, quiet, { ...steady, runs: 60 })).toEqual([
      "p95_latency",
      "holdbackShare",
      "100 %: error_rate",
    ]);
  });

  test("of a floor that the live version does not reach", () => {
    expect(warnings(half, quiet, { ...steady, errorRate: 0.4 })).toContain("minSuccessRate");
  });
});

test("a plan is printed with every stage, its odds, and what to change", () => {
  const stages = [
    { kind: "watch", share: 0.1 },
    { kind: "gate", name: "release manager" },
    { kind: "watch", share: 0.5, durationSeconds: 1200 },
  ] as const;
  const lines = printPlan(
    plan({ strategy: "stages", stages }, { runsPerSecond: 2, simulations: 50 }, steady),
  ).join("\n");
  expect(lines).toContain("3 stages, 25 min when nothing happens, decided by sequential");
  expect(lines).toContain("chance to take back a candidate without any change: at most 5 %");
  expect(lines).toContain("stage 10 %: 5 min, 60 runs of the candidate beside 540");
  expect(lines).toContain("stage release manager: waits for a decision, at most 24 h");
  expect(lines).toMatch(/errors: 2× after .* runs \(.*\); 3× after .*; 10× after/);
  expect(lines).toMatch(/latency: 2× never; 3× after/);
  expect(lines).toMatch(/threshold rules, no change: .* together \(error rate /);
  expect(lines).toMatch(/warnings\n {2}stage 10 %, error_rate: with 60 runs/);
});
