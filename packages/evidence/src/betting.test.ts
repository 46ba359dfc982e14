import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clippedMean } from "./clipped-mean.ts";
import { pairedScores, type ScorePair } from "./paired-scores.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { lognormal, normal, type Random, seededRandom } from "./testing.ts";

const clamp = (score: number): number => Math.min(1, Math.max(0, score));

/** Pairs until the evidence decides at 5 %, for a gain in a score around 0.5; Infinity after 2,000. */
function pairsToDecide(random: Random, { gain, noise }: { gain: number; noise: number }): number {
  const test = pairedScores();
  let state = test.empty();
  while (state.pairs < 2000) {
    const candidate = clamp(0.5 + gain + noise * normal(random));
    state = test.add(state, { candidate, baseline: clamp(0.5 + noise * normal(random)) });
    if (test.logEvidence(state) >= requiredLogEvidence(0.05)) return state.pairs;
  }
  return Infinity;
}

describe("pairedScores", () => {
  test("averages what fixed bets on the difference have won", () => {
    const test = pairedScores({ margin: 0.1, bets: [0.2, 0.5] });
    const pairs = [
      { candidate: 0.9, baseline: 0.4 },
      { candidate: 0.2, baseline: 0.3 },
    ];
    const capital = (bet: number): number => (1 + (bet * 0.4) / 1.1) * (1 + (bet * -0.2) / 1.1);
    const evidence = test.logEvidence(pairs.reduce(test.add, test.empty()));
    expect(Math.exp(evidence)).toBeCloseTo((capital(0.2) + capital(0.5)) / 2, 12);
  });

  test("in favour of the other arm reads the same pairs the other way round", () => {
    const swapped = pairedScores({ favour: "baseline" });
    const plain = pairedScores();
    const state = swapped.add(swapped.empty(), { candidate: 0.2, baseline: 0.7 });
    expect(swapped.logEvidence(state)).toBe(
      plain.logEvidence(plain.add(plain.empty(), { candidate: 0.7, baseline: 0.2 })),
    );
  });

  test("gives the same evidence in another order or merged, and through JSON", () => {
    const test = pairedScores({ margin: -0.02 });
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    const pairs = fc.array(fc.record({ candidate: score, baseline: score }));
    const fold = (list: readonly ScorePair[]) => list.reduce(test.add, test.empty());
    fc.assert(
      fc.property(pairs, pairs, (first, second) => {
        const whole = fold([...first, ...second]);
        expect(test.logEvidence(test.merge(fold(second), fold(first)))).toBeCloseTo(
          test.logEvidence(whole),
          9,
        );
        expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
      }),
      { seed: 1 },
    );
  });

  test("decides falsely no more often than the risk when the arms are equal", () => {
    const random = seededRandom(20_260_111);
    const delays = Array.from({ length: 400 }, () => pairsToDecide(random, { gain: 0, noise: 0.1 }));
    const decided = delays.filter(Number.isFinite).length / 400;
    expect(decided).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
  });

  // Median pairs of a simulation with 1,000 repetitions, cap 2,000.
  test.each([
    [0.02, 0.1, 373],
    [0.05, 0.1, 117],
    [0.1, 0.3, 121],
    [0.2, 0.3, 45],
  ])("finds a gain of %d at a noise of %d after about %d pairs", (gain, noise, expected) => {
    const random = seededRandom(20_260_112);
    const delays = Array.from({ length: 300 }, () => pairsToDecide(random, { gain, noise })).sort(
      (a, b) => a - b,
    );
    expect(Math.abs(delays[150]! / expected - 1)).toBeLessThan(0.2);
  });

  test("refuses scores outside 0 to 1, a margin of 1, bets that risk everything, and foreign states", () => {
    const test = pairedScores();
    expect(() => test.add(test.empty(), { candidate: 1.2, baseline: 0 })).toThrow("pairedScores: candidate");
    expect(() => pairedScores({ margin: 1 })).toThrow("pairedScores: margin");
    expect(() => pairedScores({ bets: [1] })).toThrow("pairedScores: bets[0]");
    expect(() => pairedScores({ bets: [] })).toThrow("at least one bet");
    expect(() => test.logEvidence({ pairs: 0, logCapitals: [0] })).toThrow(
      "expected a state of 10 bets, got one of 1",
    );
  });
});

describe("clippedMean", () => {
  const decided = (scale: number, repetitions: number): number => {
    const random = seededRandom(20_260_113);
    const test = clippedMean({ multiplier: 2, cap: 20 });
    let count = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      let state = test.empty();
      while (state.pairs < 600) {
        const candidate = lognormal(random, { median: scale, sigma: 1 });
        state = test.add(state, { candidate, baseline: lognormal(random, { median: 1, sigma: 1 }) });
        if (test.logEvidence(state) < requiredLogEvidence(0.05)) continue;
        count++;
        break;
      }
    }
    return count / repetitions;
  };

  test("holds its promise at the boundary and finds four times where two are tolerated", () => {
    expect(decided(2, 400)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
    expect(decided(4, 100)).toBeGreaterThan(0.9);
  });

  test("counts what is above the cap as the cap", () => {
    const test = clippedMean({ multiplier: 2, cap: 10 });
    const at = (candidate: number) => test.logEvidence(test.add(test.empty(), { candidate, baseline: 1 }));
    expect(at(1e9)).toBe(at(10));
    expect(() => at(-1)).toThrow("clippedMean: candidate must be a finite number at least 0");
  });
});
