import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BinnedSample } from "./binned-sample.ts";
import { binomialUpperTail } from "./binomial.ts";
import { quantileBoundRank, quantileUpperBound, runsForQuantileBound } from "./quantile-bound.ts";
import { quantileAgainstHistory, quantileExceedance } from "./quantile-exceedance.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { lognormal, type Random, seededRandom } from "./testing.ts";

/** Bins of 2 % width, as a log histogram has them. */
function binned(values: readonly number[]): BinnedSample {
  const counts = new Map<number, number>();
  for (const value of values) {
    const index = Math.ceil(Math.log(value) / Math.log(1.02));
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => ({ lower: 1.02 ** (index - 1), upper: 1.02 ** index, count }));
}

const latencies = (random: Random, count: number, median = 1): number[] =>
  Array.from({ length: count }, () => lognormal(random, { median, sigma: 1 }));

describe("quantileUpperBound", () => {
  test("takes the smallest rank whose tail is within the risk", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        fc.constantFrom(0.05, 0.005),
        (trials, quantile, risk) => {
          const rank = quantileBoundRank(trials, { quantile, risk });
          expect(rank === undefined).toBe(trials < runsForQuantileBound({ quantile, risk }));
          if (rank === undefined) return;
          expect(binomialUpperTail(rank, trials, quantile)).toBeLessThanOrEqual(risk);
          expect(binomialUpperTail(rank - 1, trials, quantile)).toBeGreaterThan(risk);
        },
      ),
      { seed: 1 },
    );
  });

  test("is the upper edge of the bin that holds this rank", () => {
    const sample = [
      { lower: 0, upper: 1, count: 60 },
      { lower: 1, upper: 2, count: 30 },
      { lower: 5, upper: 6, count: 10 },
    ];
    expect(quantileBoundRank(100, { quantile: 0.5, risk: 0.01 })).toBe(63);
    expect(quantileUpperBound(sample, { quantile: 0.5, risk: 0.01 })).toBe(2);
    expect(quantileUpperBound(sample, { quantile: 0.95, risk: 0.01 })).toBe(6);
    expect(quantileUpperBound(sample, { quantile: 0.99, risk: 0.01 })).toBeUndefined();
  });

  test("is too low no more often than the risk", () => {
    const random = seededRandom(20_260_107);
    const truth = Math.exp(1.6448536269514722);
    let tooLow = 0;
    for (let repetition = 0; repetition < 1000; repetition++) {
      const bound = quantileUpperBound(binned(latencies(random, 200)), { quantile: 0.95, risk: 0.05 });
      if ((bound ?? Infinity) < truth) tooLow++;
    }
    expect(tooLow / 1000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test("refuses bins that overlap, do not ascend or hold no whole count", () => {
    const bound = (sample: BinnedSample) => () => quantileUpperBound(sample, { quantile: 0.5, risk: 0.05 });
    const first = { lower: 0, upper: 2, count: 1 };
    expect(bound([first, { lower: 1, upper: 3, count: 1 }])).toThrow(
      "sample[1].lower must be a finite number at least 2",
    );
    expect(bound([{ lower: 2, upper: 2, count: 1 }])).toThrow(
      "sample[0].upper must be a finite number above 2",
    );
    expect(bound([{ ...first, count: 0.5 }])).toThrow("sample[0].count must be an integer");
  });
});

describe("quantileExceedance", () => {
  test("counts the values above the threshold and tests them against the quantile's share", () => {
    const p95 = quantileExceedance({ quantile: 0.95, threshold: 2 });
    const state = [1, 2, 2.1, 30].reduce(p95.add, p95.empty());
    expect(state).toEqual({ hits: 2, trials: 4 });
    expect(p95.logEvidence(p95.merge(state, { hits: 3, trials: 3 }))).toBeGreaterThan(
      requiredLogEvidence(0.05),
    );
    expect(() => p95.add(state, Number.NaN)).toThrow("a value must be a number, got NaN");
  });

  test("holds its promise when the candidate's quantile is exactly at the tolerated multiple", () => {
    const random = seededRandom(20_260_108);
    const rate = rolledBack(random, { median: 2, repetitions: 600 });
    expect(rate).toBeLessThan(0.045 + 3 * Math.sqrt((0.045 * 0.955) / 600));
  });

  test("finds a latency of four times the baseline's where two times is tolerated", () => {
    expect(rolledBack(seededRandom(20_260_109), { median: 4, repetitions: 100 })).toBeGreaterThan(0.95);
  });

  test("is not armed while the history is too short, and says what it takes", () => {
    const history = [{ lower: 0, upper: 1, count: 50 }];
    expect(quantileAgainstHistory({ history, quantile: 0.95, multiplier: 2, risk: 0.0025 })).toEqual({
      armed: false,
      reason: "Bounding the 0.95 quantile takes 117 runs of history, got 50.",
    });
  });
});

/** How often 1,500 runs against a history of 1,000, two times tolerated, end in a decision. */
function rolledBack(
  random: Random,
  { median, repetitions }: { median: number; repetitions: number },
): number {
  let decided = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const history = binned(latencies(random, 1000));
    const guard = quantileAgainstHistory({ history, quantile: 0.95, multiplier: 2, risk: 0.005 });
    if (!guard.armed) throw new Error(guard.reason);
    let state = guard.test.empty();
    for (let run = 0; run < 1500; run++) {
      state = guard.test.add(state, lognormal(random, { median, sigma: 1 }));
      if (guard.test.logEvidence(state) < requiredLogEvidence(0.04)) continue;
      decided++;
      break;
    }
  }
  return decided / repetitions;
}
