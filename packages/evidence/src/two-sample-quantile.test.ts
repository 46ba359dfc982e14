import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BinnedSample } from "./binned-sample.ts";
import { gridProcess } from "./grid-process.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { lognormal, seededRandom } from "./testing.ts";
import { twoSampleQuantile } from "./two-sample-quantile.ts";

/** Bins (1.1^(i-1), 1.1^i] with these counts. */
const bins = (counts: ReadonlyMap<number, number>): BinnedSample =>
  [...counts]
    .sort(([a], [b]) => a - b)
    .map(([i, count]) => ({ lower: 1.1 ** (i - 1), upper: 1.1 ** i, count }));

function tally(values: readonly number[], into = new Map<number, number>()): Map<number, number> {
  for (const value of values) {
    const index = Math.ceil(Math.log(value) / Math.log(1.1));
    into.set(index, (into.get(index) ?? 0) + 1);
  }
  return into;
}

describe("twoSampleQuantile", () => {
  test("is never more than what the unbinned values allow at any common quantile", () => {
    const values = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { maxLength: 40 });
    const above = gridProcess({ nullRate: 0.5 });
    const below = gridProcess({ nullRate: 0.5, alternative: "below" });
    fc.assert(
      fc.property(values, values, (candidate, baseline) => {
        const scaled = baseline.map((value) => 2 * value);
        const at = (quantile: number): number =>
          above.logEvidence({
            hits: candidate.filter((x) => x > quantile).length,
            trials: candidate.length,
          }) + below.logEvidence({ hits: scaled.filter((x) => x >= quantile).length, trials: scaled.length });
        const exact = Math.min(...[...candidate, ...scaled, 0, 100].map(at));
        const evidence = twoSampleQuantile({ quantile: 0.5, ratio: 2 }).logEvidence({
          candidate: bins(tally(candidate)),
          baseline: bins(tally(baseline)),
        });
        expect(evidence).toBeLessThanOrEqual(exact + 1e-9);
      }),
      { seed: 1 },
    );
  });

  test("is exact where every value has a bin of its own", () => {
    const points = (values: readonly number[]): BinnedSample =>
      values.map((value) => ({ lower: value - 1e-9, upper: value, count: 1 }));
    const candidate = [5, 6, 7, 8, 9, 10, 11, 12];
    const baseline = [1, 2, 3, 4, 4.5, 5.5, 0.5, 0.7].sort((a, b) => a - b);
    const above = gridProcess({ nullRate: 0.5 });
    const below = gridProcess({ nullRate: 0.5, alternative: "below" });
    const exact = Math.min(
      ...[...candidate, ...baseline, 0, 100].map(
        (quantile) =>
          above.logEvidence({ hits: candidate.filter((x) => x > quantile).length, trials: 8 }) +
          below.logEvidence({ hits: baseline.filter((x) => x >= quantile).length, trials: 8 }),
      ),
    );
    const test = twoSampleQuantile({ quantile: 0.5, ratio: 1 });
    const evidence = test.logEvidence({ candidate: points(candidate), baseline: points(baseline) });
    expect(evidence).toBeLessThanOrEqual(exact + 1e-12);
    expect(evidence).toBeGreaterThan(exact - 2);
  });

  test("says nothing of empty histograms", () => {
    const { logEvidence } = twoSampleQuantile({ quantile: 0.95, ratio: 2 });
    expect(logEvidence({ candidate: [], baseline: [] })).toBeCloseTo(0, 12);
  });

  test("holds its promise at the boundary and finds four times where two are tolerated", () => {
    const median = twoSampleQuantile({ quantile: 0.5, ratio: 2 });
    const decided = (scale: number, repetitions: number): number => {
      const random = seededRandom(20_260_110);
      let count = 0;
      for (let repetition = 0; repetition < repetitions; repetition++) {
        const candidate = new Map<number, number>();
        const baseline = new Map<number, number>();
        for (let check = 0; check < 20; check++) {
          tally(
            Array.from({ length: 30 }, () => lognormal(random, { median: scale, sigma: 1 })),
            candidate,
          );
          tally(
            Array.from({ length: 30 }, () => lognormal(random, { median: 1, sigma: 1 })),
            baseline,
          );
          const evidence = median.logEvidence({ candidate: bins(candidate), baseline: bins(baseline) });
          if (evidence < requiredLogEvidence(0.05)) continue;
          count++;
          break;
        }
      }
      return count / repetitions;
    };
    expect(decided(2, 300)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 300));
    expect(decided(4, 50)).toBeGreaterThan(0.9);
  });

  test("refuses a quantile of 1 and a ratio of 0", () => {
    expect(() => twoSampleQuantile({ quantile: 1, ratio: 2 })).toThrow("twoSampleQuantile: quantile");
    expect(() => twoSampleQuantile({ quantile: 0.5, ratio: 0 })).toThrow("twoSampleQuantile: ratio");
  });
});
