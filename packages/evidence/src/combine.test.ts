import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averageEvidence, eBenjaminiHochberg, logEvidenceOfPValue } from "./combine.ts";

describe("averageEvidence", () => {
  test("is the log of the weighted mean, and names the part that leads", () => {
    const { logEvidence, leading } = averageEvidence([
      { logEvidence: Math.log(3), weight: 0.4 },
      { logEvidence: Math.log(50), weight: 0.2 },
      { logEvidence: Math.log(0.5), weight: 0.4 },
    ]);
    expect(Math.exp(logEvidence)).toBeCloseTo(0.4 * 3 + 0.2 * 50 + 0.4 * 0.5, 10);
    expect(leading).toBe(1);
  });

  test("survives evidence that no double could hold as a number", () => {
    const parts = [
      { logEvidence: 5000, weight: 0.5 },
      { logEvidence: -6000, weight: 0.5 },
    ];
    expect(averageEvidence(parts).logEvidence).toBeCloseTo(5000 - Math.log(2), 9);
  });

  test("refuses weights that do not sum to 1 and evidence that is no number", () => {
    expect(() => averageEvidence([{ logEvidence: 0, weight: 0.5 }])).toThrow(
      "must sum to 1, got a sum of 0.5",
    );
    expect(() => averageEvidence([])).toThrow("must sum to 1");
    expect(() => averageEvidence([{ logEvidence: Number.NaN, weight: 1 }])).toThrow("logEvidence[0]");
  });
});

describe("eBenjaminiHochberg", () => {
  test("rejects the largest k whose k-th evidence reaches K / (k rate)", () => {
    const evidence = [300, 1, 90, 35, 0.2].map(Math.log);
    // K / rate = 100: 300 >= 100, 90 >= 50, 35 >= 33.4, 1 < 25.
    expect(eBenjaminiHochberg(evidence, 0.05)).toEqual([0, 2, 3]);
    expect(eBenjaminiHochberg(evidence.slice(1), 0.01)).toEqual([]);
    expect(eBenjaminiHochberg([], 0.05)).toEqual([]);
  });

  test("can reject a hypothesis that would not stand alone", () => {
    expect(eBenjaminiHochberg([30, 30].map(Math.log), 0.05)).toEqual([0, 1]);
    expect(eBenjaminiHochberg([30, 1].map(Math.log), 0.05)).toEqual([]);
  });

  test("is at most as bold as the definition, tried for every k", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 8, noNaN: true }), { maxLength: 12 }), (evidence) => {
        const sorted = evidence.toSorted((a, b) => b - a);
        const sizes = sorted.flatMap((value, k) =>
          Math.exp(value) * (1 + 1e-12) >= evidence.length / ((k + 1) * 0.1) ? [k + 1] : [],
        );
        expect(eBenjaminiHochberg(evidence, 0.1)).toHaveLength(Math.max(0, ...sizes));
      }),
      { seed: 1 },
    );
  });

  test("refuses a rate of 0 and evidence that is no number", () => {
    expect(() => eBenjaminiHochberg([1], 0)).toThrow("eBenjaminiHochberg: rate");
    expect(() => eBenjaminiHochberg([1, Number.NaN], 0.1)).toThrow("logEvidence[1]");
  });
});

test("a p-value becomes evidence with a mean of 1 under the null", () => {
  expect(Math.exp(logEvidenceOfPValue(0.01))).toBeCloseTo(5, 12);
  const steps = 1_000_000;
  let mean = 0;
  for (let i = 0; i < steps; i++) mean += Math.exp(logEvidenceOfPValue((i + 0.5) / steps)) / steps;
  expect(mean).toBeCloseTo(1, 2);
  expect(() => logEvidenceOfPValue(0)).toThrow("logEvidenceOfPValue: p");
});
