import { bernoulli, lognormal, seededRandom as simulated } from "@spark/evidence/testing";
import { seededRandom } from "@spark/graph";
import { describe, expect, test } from "vitest";
import type { ArmRun, TrialArm } from "./arm-run.ts";
import { runTrial } from "./run-trial.ts";
import { TrialConfig } from "./trial-config.ts";

interface Measured {
  readonly arm: TrialArm;
  readonly input: unknown;
}

async function trial(latencyOf: (runsBefore: number, arm: TrialArm) => number, settings = {}) {
  const measured: Measured[] = [];
  const measure = async (arm: TrialArm, input: unknown): Promise<ArmRun> => {
    measured.push({ arm, input });
    return { ok: true, latencySeconds: latencyOf(measured.length - 1, arm) };
  };
  const config = TrialConfig.parse({ maxPairs: 100, ...settings });
  const inputs = Array.from({ length: 20 }, (_, index) => index);
  return { measured, ...(await runTrial({ measure, inputs, config, random: seededRandom(1) })) };
}

describe("a trial", () => {
  test("runs both arms on the same input, in random order", async () => {
    const { measured } = await trial(() => 0.1);
    const pairs = measured.flatMap((run, at) => (at % 2 === 0 ? [[run, measured[at + 1]!] as const] : []));
    expect(pairs.every(([first, second]) => first.input === second.input && first.arm !== second.arm)).toBe(
      true,
    );
    const baselineFirst = pairs.filter(([first]) => first.arm === "baseline").length;
    expect(baselineFirst).toBeGreaterThan(pairs.length * 0.35);
    expect(baselineFirst).toBeLessThan(pairs.length * 0.65);
    expect(new Set(measured.map(({ input }) => input)).size).toBe(20);
  });

  test("does not count its warm-up", async () => {
    const { measured, pairs, warmupPairs } = await trial(() => 0.1);
    expect(warmupPairs).toBe(10);
    expect(measured).toHaveLength(2 * (warmupPairs + pairs.length));
  });

  test("goes on warming up while the baseline gets faster, and takes its scale from the end", async () => {
    const { warmupPairs, scale } = await trial((before) => Math.max(0.01, 0.1 * 0.95 ** before));
    expect(warmupPairs).toBeGreaterThan(20);
    expect(warmupPairs).toBeLessThan(60);
    expect(scale.latencyCapSeconds).toBeLessThan(0.05);
  });

  test("stops warming up after ten times the least", async () => {
    const { warmupPairs } = await trial((before) => 0.9 ** before, { warmupPairs: 6, maxPairs: 20 });
    expect(warmupPairs).toBe(60);
  });

  test("counts the same pairs however long it has warmed up", async () => {
    const short = await trial(() => 0.1);
    const long = await trial((before) => Math.max(0.01, 0.1 * 0.95 ** before));
    const counted = ({ measured, warmupPairs }: Awaited<ReturnType<typeof trial>>) =>
      measured.slice(2 * warmupPairs);
    expect(long.warmupPairs).toBeGreaterThan(short.warmupPairs);
    expect(counted(long)).toEqual(counted(short));
  });

  test("stops as soon as the evidence decides", async () => {
    const { pairs, comparison } = await trial((_, arm) => (arm === "baseline" ? 0.1 : 0.3));
    expect(comparison.decision).toBe("failed");
    expect(pairs.length).toBeLessThan(40);
  });
});

describe("a trial of equal arms, its warm-up and scale included", () => {
  const passes = async (seed: number, { cv, errorRate }: { cv: number; errorRate: number }) => {
    const random = simulated(seed);
    const sigma = Math.sqrt(Math.log1p(cv ** 2));
    const { comparison } = await runTrial({
      measure: async () => ({
        ok: !bernoulli(random, errorRate),
        latencySeconds: lognormal(random, { median: 0.1, sigma }),
      }),
      inputs: [0],
      // Without the demand for safety an improvement by luck is enough to pass, so this is the harder form.
      config: TrialConfig.parse({ maxPairs: 100, minPairs: 1, successCriteria: { mustBeShownSafe: [] } }),
      random: seededRandom(seed),
    });
    return comparison.decision === "passed";
  };

  test.each([
    { cv: 0.1, errorRate: 0 },
    { cv: 1, errorRate: 0.1 },
  ])(
    "passes in at most 5 % of 2,000 at a latency CV of $cv and an error rate of $errorRate",
    async (arm) => {
      let passed = 0;
      for (let seed = 0; seed < 2000; seed += 1) passed += (await passes(seed, arm)) ? 1 : 0;
      expect(passed / 2000).toBeLessThanOrEqual(0.05);
    },
    60_000,
  );
});
