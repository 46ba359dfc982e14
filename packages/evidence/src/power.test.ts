import { describe, expect, test } from "vitest";
import {
  attributionInformation,
  expectedRuns,
  rateInformation,
  smallestDetectableRate,
  smallestDetectableRatio,
} from "./power.ts";

const bound = { risk: 0.05, overhead: 0 };

describe("expectedRuns", () => {
  // Baseline 2 %, ratio 1.5.
  test.each([
    [0.05, 649, 1507],
    [0.1, 75.2, 195],
    [0.2, 19.4, 56.0],
    [0.5, 4.9, 15.9],
    [1, 2.0, 7.0],
  ])(
    "for a candidate at %d has the tabulated lower bounds at shares of 10 and 50 %",
    (candidateRate, low, even) => {
      const runs = (share: number) =>
        expectedRuns(
          attributionInformation({ ratio: 1.5, share, baselineRate: 0.02, candidateRate }),
          bound,
        )!;
      expect(Math.abs(runs(0.1) - low)).toBeLessThan(0.006 * low + 0.05);
      expect(Math.abs(runs(0.5) - even)).toBeLessThan(0.006 * even + 0.05);
    },
  );

  test.each([
    [0.05, 521],
    [0.1, 56.5],
    [0.2, 13.3],
  ])("for a known baseline and a candidate at %d has the tabulated lower bound", (rate, runs) => {
    expect(Math.abs(expectedRuns(rateInformation(rate, 0.03), bound)! / runs - 1)).toBeLessThan(0.005);
  });

  test.each([
    [0.01, 1.5, 7339],
    [0.02, 2, 1272],
    [0.1, 3, 104],
  ])("to prove safety at a rate of %d and ratio %d has the tabulated one", (rate, ratio, runs) => {
    const arms = { ratio, share: 0.5, baselineRate: rate, candidateRate: rate };
    expect(Math.abs(expectedRuns(attributionInformation(arms), bound)! / runs - 1)).toBeLessThan(0.01);
  });

  // Mean delays that 1,000 simulated rollouts showed; the default overhead must come within 20 %.
  test.each([
    [0.1, 0.05, 928],
    [0.1, 0.1, 107],
    [0.1, 0.2, 28.1],
    [0.1, 0.5, 7.5],
    [0.5, 0.05, 1975],
    [0.5, 0.1, 237],
    [0.5, 0.2, 65],
    [0.5, 0.5, 19.7],
  ])("at share %d and rate %d predicts about the simulated mean of %d", (share, candidateRate, mean) => {
    const information = attributionInformation({ ratio: 1.5, share, baselineRate: 0.02, candidateRate });
    expect(Math.abs(expectedRuns(information, { risk: 0.05 })! / mean - 1)).toBeLessThan(0.2);
  });

  test("is undefined where nothing can be learned", () => {
    const alone = { ratio: 1.5, share: 1, baselineRate: 0.02, candidateRate: 0.5 };
    expect(expectedRuns(attributionInformation(alone), { risk: 0.05 })).toBeUndefined();
    expect(expectedRuns(rateInformation(0.03, 0.03), { risk: 0.05 })).toBeUndefined();
    const spotless = { ratio: 1.5, share: 0.1, baselineRate: 0, candidateRate: 0 };
    expect(attributionInformation(spotless)).toBe(0);
  });

  test("refuses rates above 1", () => {
    expect(() => rateInformation(2, 0.03)).toThrow("rateInformation: rate");
    expect(() => attributionInformation({ ratio: 1.5, share: 0, baselineRate: 0, candidateRate: 0 })).toThrow(
      "share",
    );
    expect(() => expectedRuns(-1, { risk: 0.05 })).toThrow("expectedRuns: information");
  });
});

describe("smallestDetectableRatio", () => {
  test.each([
    [0.1, 0.01, [10.2, 7.0, 4.2, 2.9, 1.9]],
    [0.1, 0.05, [4.6, 3.5, 2.6, 2.1, 1.7]],
    [0.5, 0.01, [21.9, 13.1, 6.6, 3.8, 2.1]],
    [0.5, 0.1, [5.1, 3.8, 2.7, 2.1, 1.7]],
  ])("at share %d and baseline %d is the tabulated one", (share, baselineRate, table) => {
    const ratios = [50, 100, 300, 1000, 10_000].map((candidateRuns) =>
      smallestDetectableRatio({ ratio: 1.5, share, baselineRate, candidateRuns, risk: 0.05 }),
    );
    ratios.forEach((ratio, i) => expect(Math.abs(ratio! - table[i]!)).toBeLessThanOrEqual(0.051));
  });

  test("is undefined for too few runs, a spotless baseline, and without a baseline beside it", () => {
    const stage = { ratio: 1.5, share: 0.5, baselineRate: 0.02, candidateRuns: 1000, risk: 0.05 };
    expect(smallestDetectableRatio({ ...stage, candidateRuns: 3 })).toBeUndefined();
    expect(smallestDetectableRatio({ ...stage, baselineRate: 0 })).toBeUndefined();
    expect(smallestDetectableRatio({ ...stage, share: 1 })).toBeUndefined();
  });
});

test("the smallest detectable rate is the tabulated one for a known baseline of 1 %", () => {
  const rates = [50, 100, 300, 1000].map((trials) =>
    smallestDetectableRate({ nullRate: 0.015, trials, risk: 0.05 }),
  );
  rates.forEach((rate, i) =>
    expect(Math.abs(rate! / 0.01 - [8.5, 6.1, 3.9, 2.7][i]!)).toBeLessThanOrEqual(0.051),
  );
  expect(smallestDetectableRate({ nullRate: 0.9, trials: 2, risk: 0.05 })).toBeUndefined();
});
