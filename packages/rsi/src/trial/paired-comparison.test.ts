import { bernoulli, lognormal, seededRandom } from "@spark/evidence/testing";
import { describe, expect, test } from "vitest";
import type { ArmRun, RunPair } from "./arm-run.ts";
import { type Decision, PairedComparison } from "./paired-comparison.ts";
import { TrialConfig, type TrialConfigInput } from "./trial-config.ts";
import { scaleFrom } from "./trial-scale.ts";

type Random = () => number;

/** An arm whose latencies are log-normal around a median of 100 ms times `slowdown`. */
interface SimulatedArm {
  readonly cv?: number;
  readonly errorRate?: number;
  readonly slowdown?: number;
  readonly quality?: number;
  readonly cost?: number;
}

function simulate(arm: SimulatedArm, random: Random): ArmRun {
  const { cv = 0.3, errorRate = 0, slowdown = 1, quality, cost } = arm;
  return {
    ok: !bernoulli(random, errorRate),
    latencySeconds: lognormal(random, { median: 0.1 * slowdown, sigma: Math.sqrt(Math.log1p(cv ** 2)) }),
    ...(quality === undefined ? {} : { quality: Math.min(1, Math.max(0, quality + 0.2 * (random() - 0.5))) }),
    ...(cost === undefined ? {} : { cost: cost * (0.8 + 0.4 * random()) }),
  };
}

function compare(
  arms: { readonly baseline: SimulatedArm; readonly candidate: SimulatedArm },
  seed: number,
  settings: TrialConfigInput = {},
): { readonly decision: Decision | undefined; readonly comparison: PairedComparison } {
  const random = seededRandom(seed);
  const config = TrialConfig.parse(settings);
  const pair = (): RunPair => ({
    baseline: simulate(arms.baseline, random),
    candidate: simulate(arms.candidate, random),
  });
  const comparison = new PairedComparison(
    scaleFrom(Array.from({ length: config.warmupPairs }, pair)),
    config,
  );
  while (comparison.pairs < config.maxPairs && comparison.decision === undefined) comparison.add(pair());
  return { decision: comparison.decision, comparison };
}

/** Shares of the decisions in `runs` seeded trials. */
function shares(
  arms: { readonly baseline: SimulatedArm; readonly candidate: SimulatedArm },
  runs: number,
  settings: TrialConfigInput,
): { readonly passed: number; readonly failed: number } {
  const decisions = Array.from({ length: runs }, (_, seed) => compare(arms, seed, settings).decision);
  const share = (of: Decision): number => decisions.filter((decision) => decision === of).length / runs;
  return { passed: share("passed"), failed: share("failed") };
}

describe("equal arms", () => {
  // Without the demand for safety an improvement by luck is enough to pass, so this is the harder form.
  const lenient = { maxPairs: 120, minPairs: 1, successCriteria: { mustBeShownSafe: [] } };

  test.each([0, 0.1].flatMap((errorRate) => [0.1, 0.5, 1].map((cv) => ({ errorRate, cv }))))(
    "pass in at most 5 % of 2,000 trials at an error rate of $errorRate and a latency CV of $cv",
    (arm) => {
      const { passed, failed } = shares({ baseline: arm, candidate: arm }, 2000, lenient);
      expect(passed).toBeLessThanOrEqual(0.05);
      expect(failed).toBeLessThanOrEqual(0.05);
    },
    60_000,
  );

  test("would pass half the time by a plain comparison of means, so the simulation can tell", () => {
    const arm = { cv: 0.5 };
    const ahead = Array.from({ length: 200 }, (_, seed) => {
      const settings = { maxPairs: 100, risk: 1e-9 };
      const { measures } = compare({ baseline: arm, candidate: arm }, seed, settings).comparison;
      const latency = measures.find(({ measure }) => measure === "latency");
      return latency !== undefined && latency.means.candidate < latency.means.baseline;
    }).filter(Boolean);
    expect(ahead.length / 200).toBeGreaterThan(0.4);
  });

  test("hardly ever pass under the defaults, which want safety shown as well", () => {
    const arm = { cv: 0.5, errorRate: 0.1 };
    expect(shares({ baseline: arm, candidate: arm }, 100, {}).passed).toBeLessThanOrEqual(0.02);
  });
});

describe("a candidate", () => {
  const baseline = { cv: 0.3 };

  test("passes when it is faster and fails no more", () => {
    const { passed } = shares({ baseline, candidate: { cv: 0.3, slowdown: 0.7 } }, 50, {});
    expect(passed).toBe(1);
  });

  test("passes when it fails less", () => {
    const { passed } = shares(
      { baseline: { ...baseline, errorRate: 0.3 }, candidate: { ...baseline, errorRate: 0.05 } },
      50,
      {},
    );
    expect(passed).toBeGreaterThan(0.95);
  });

  test("that is much faster but fails in 10 % of the runs does not pass", () => {
    const { passed } = shares({ baseline, candidate: { cv: 0.3, slowdown: 0.3, errorRate: 0.1 } }, 500, {});
    expect(passed).toBeLessThanOrEqual(0.05);
  });

  test("that loses a little of its success rate fails, unless as much may be lost", () => {
    const candidate = { ...baseline, slowdown: 0.7, errorRate: 0.04 };
    expect(shares({ baseline, candidate }, 100, { maxPairs: 600 }).passed).toBeLessThan(0.3);
    const tolerant = { maxSuccessRateDrop: 0.08, successRateMargin: 0.1 };
    const settings = { maxPairs: 600, successCriteria: tolerant };
    expect(shares({ baseline, candidate }, 100, settings).passed).toBeGreaterThan(0.9);
  });

  test("that fails fast is not taken for a fast one", () => {
    const candidate = { cv: 0.3, slowdown: 0.01, errorRate: 1 };
    const { decision, comparison } = compare({ baseline, candidate }, 1);
    expect(decision).toBe("failed");
    expect(comparison.improves).toBe(false);
  });

  test("fails when it is half as fast again as tolerated", () => {
    expect(shares({ baseline, candidate: { cv: 0.3, slowdown: 1.8 } }, 50, {}).failed).toBe(1);
  });

  test("fails when its answers are worse", () => {
    const arms = { baseline: { quality: 0.8 }, candidate: { quality: 0.6, slowdown: 0.5 } };
    expect(shares(arms, 50, {}).failed).toBe(1);
  });

  test("passes when its answers are better", () => {
    const arms = { baseline: { quality: 0.6 }, candidate: { quality: 0.75 } };
    expect(shares(arms, 50, {}).passed).toBe(1);
  });

  test("passes when it is cheaper, and does not when it costs more than tolerated", () => {
    const dear = { cost: 1 };
    expect(shares({ baseline: dear, candidate: { cost: 0.6 } }, 50, {}).passed).toBe(1);
    const dearer = { cost: 1.5, slowdown: 0.7 };
    expect(shares({ baseline: dear, candidate: dearer }, 50, {}).failed).toBe(1);
  });

  test("must gain as much as was asked for", () => {
    const candidate = { cv: 0.3, slowdown: 0.8 };
    const asking = (minLatencyReduction: number) => ({ successCriteria: { minLatencyReduction } });
    expect(shares({ baseline, candidate }, 50, asking(0.05)).passed).toBeGreaterThan(0.9);
    expect(shares({ baseline, candidate }, 200, asking(0.3)).passed).toBeLessThanOrEqual(0.05);
  });

  test("that is good is decided early", () => {
    const { comparison } = compare({ baseline, candidate: { cv: 0.3, slowdown: 0.5 } }, 3);
    expect(comparison.pairs).toBeLessThan(130);
  });
});

describe("an undecided comparison", () => {
  test("says about how many more pairs would decide", () => {
    const arms = { baseline: { cv: 0.3 }, candidate: { cv: 0.3, slowdown: 0.8 } };
    const short = compare(arms, 5, { maxPairs: 60 }).comparison;
    const predicted = 60 + (short.pairsToDecision ?? 0);
    const { decision, comparison } = compare(arms, 5, { maxPairs: 1000 });
    expect(decision).toBe("passed");
    expect(predicted / comparison.pairs).toBeGreaterThan(0.5);
    expect(predicted / comparison.pairs).toBeLessThan(2);
  });

  test("says nothing of the kind where no number would", () => {
    const still = { ok: true, latencySeconds: 0.1 };
    const pairs = Array.from({ length: 30 }, () => ({ baseline: still, candidate: still }));
    const comparison = new PairedComparison(scaleFrom(pairs), TrialConfig.parse({}));
    for (const pair of pairs) comparison.add(pair);
    expect(comparison.decision).toBeUndefined();
    expect(comparison.pairsToDecision).toBeUndefined();
  });
});
