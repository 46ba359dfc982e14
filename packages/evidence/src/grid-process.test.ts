import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformGrid } from "./grid.ts";
import { gridProcess } from "./grid-process.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { geometric, seededRandom } from "./testing.ts";

const counts = fc
  .tuple(fc.nat(1_000_000_000), fc.nat(1_000_000_000))
  .map(([a, b]) => ({ hits: Math.min(a, b), trials: Math.max(a, b) }));

describe("gridProcess", () => {
  test.each([
    { nullRate: 0.03, hits: 0, trials: 100, golden: -2.403302962812759 },
    { nullRate: 0.03, hits: 10, trials: 100, golden: 3.7109595594589777 },
    { nullRate: 0.3, hits: 5, trials: 5, golden: 4.9161297289135915 },
    { nullRate: 0.03, hits: 1000, trials: 1000, golden: 3440.700158273763 },
  ])(
    "against a rate of $nullRate, $hits hits of $trials give the golden evidence",
    ({ nullRate, hits, trials, golden }) => {
      const evidence = gridProcess({ nullRate }).logEvidence({ hits, trials });
      expect(Math.abs(evidence / golden - 1)).toBeLessThan(1e-12);
    },
  );

  test.each([
    [0.03, [2, 2, 3]],
    [0.05, [2, 3, 3]],
    [0.1, [2, 3, 4]],
    [0.3, [4, 5, 7]],
    [0.5, [6, 9, 12]],
  ])("against a rate of %d, straight hits decide as soon as the table says", (nullRate, table) => {
    const process = gridProcess({ nullRate });
    const firstDecisive = (risk: number): number => {
      let hits = 1;
      while (process.logEvidence({ hits, trials: hits }) < requiredLogEvidence(risk)) hits++;
      return hits;
    };
    expect([0.05, 0.01, 0.001].map(firstDecisive)).toEqual(table);
  });

  test("says nothing before the first observation", () => {
    const process = gridProcess({ nullRate: 0.03 });
    expect(process.logEvidence(process.empty())).toBeCloseTo(0, 12);
  });

  test("is a number for any counts up to a thousand million, on both sides and at the edges", () => {
    for (const nullRate of [0, 1e-9, 0.03, 0.5, 0.999, 1]) {
      for (const alternative of ["above", "below"] as const) {
        if (nullRate === (alternative === "above" ? 1 : 0)) continue;
        const process = gridProcess({ nullRate, alternative });
        fc.assert(
          fc.property(counts, (state) => Number.isFinite(process.logEvidence(state))),
          { seed: 1 },
        );
      }
    }
  });

  test("averages likelihood ratios that have a mean of 1 at the null rate", () => {
    for (const alternative of ["above", "below"] as const) {
      const process = gridProcess({ nullRate: 0.2, alternative });
      let mean = 0;
      for (let sequence = 0; sequence < 2 ** 10; sequence++) {
        const hits = sequence.toString(2).replaceAll("0", "").length;
        mean += 0.2 ** hits * 0.8 ** (10 - hits) * Math.exp(process.logEvidence({ hits, trials: 10 }));
      }
      expect(mean).toBeCloseTo(1, 12);
    }
  });

  test("depends neither on the order of the observations nor on who counted them", () => {
    const process = gridProcess({ nullRate: 0.03 });
    const fold = (hits: readonly boolean[]) => hits.reduce(process.add, process.empty());
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.array(fc.boolean()), (first, second) => {
        const whole = fold([...first, ...second]);
        expect(process.merge(fold(second), fold(first))).toEqual(whole);
        expect(fold([...second, ...first].reverse())).toEqual(whole);
      }),
      { seed: 2 },
    );
  });

  test("keeps a state that JSON carries unchanged", () => {
    const process = gridProcess({ nullRate: 0.03 });
    const state = process.add(process.add(process.empty(), true), false);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test("decides falsely at the boundary no more often than the risk, looked at after every observation", () => {
    const random = seededRandom(20_260_101);
    const process = gridProcess({ nullRate: 0.03 });
    const required = requiredLogEvidence(0.05);
    const repetitions = 2000;
    let decided = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      let hits = 0;
      // Between two hits the evidence only falls, so to look at the hits is to look all the time.
      for (let trials = geometric(random, 0.03); trials <= 3000; trials += geometric(random, 0.03)) {
        hits++;
        if (process.logEvidence({ hits, trials }) >= required) {
          decided++;
          break;
        }
      }
    }
    const slack = 3 * Math.sqrt((0.05 * 0.95) / repetitions);
    expect(decided / repetitions).toBeLessThan(0.05 + slack);
    // Were it far below, the test would waste its budget: 2.5 to 3.3 % is what this horizon uses up.
    expect(decided / repetitions).toBeGreaterThan(0.01);
  });

  test("refuses what no test can be made of, saying what it expected", () => {
    expect(() => gridProcess({ nullRate: 1 })).toThrow(
      "gridProcess: nullRate must be a finite number at least 0 and below 1, got 1. No rate is above 1, so nothing could speak against it.",
    );
    expect(() => gridProcess({ nullRate: 0, alternative: "below" })).toThrow("No rate is below 0");
    expect(() => gridProcess({ nullRate: Number.NaN })).toThrow(RangeError);
    expect(() => gridProcess({ nullRate: "0.5" as unknown as number })).toThrow(TypeError);
    expect(() => gridProcess({ nullRate: 0.5, grid: uniformGrid([]) })).toThrow("at least one");
    expect(() => uniformGrid([0.5, -1])).toThrow("grid: shifts[1] must be a finite number above 0");
    expect(() => gridProcess({ nullRate: 0.5, grid: { shifts: [1, 2], weights: [0.5, 0.4] } })).toThrow(
      "sum to 1",
    );
  });

  test("refuses counts that no observation can have given", () => {
    const { logEvidence } = gridProcess({ nullRate: 0.03 });
    expect(() => logEvidence({ hits: 3, trials: 2 })).toThrow(
      "expected at most as many hits as trials, got 3 of 2",
    );
    expect(() => logEvidence({ hits: 0.5, trials: 2 })).toThrow("must be an integer");
    expect(() => logEvidence({ hits: -1, trials: 2 })).toThrow(RangeError);
    expect(() => logEvidence({ hits: 0, trials: Infinity })).toThrow(RangeError);
  });
});
