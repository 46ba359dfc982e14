import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attribution } from "./attribution.ts";
import { eDetector } from "./e-detector.ts";
import { gridProcess } from "./grid-process.ts";
import { logSumExp } from "./log-space.ts";
import type { RateCounts } from "./rate-counts.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { restartMixture } from "./restart-mixture.ts";
import { binomial, seededRandom } from "./testing.ts";

const rate = gridProcess({ nullRate: 0.03 });
const window = restartMixture(rate, { checks: 30 });

/** The evidence at the end of each check. */
function evidenceOf(checks: readonly RateCounts[]): number[] {
  let state = window.start();
  return checks.map((counts) => {
    const evidence = window.logEvidence(state, counts);
    state = window.close(state, counts);
    return evidence;
  });
}

describe("restartMixture", () => {
  test("gives the golden evidence for five quiet checks and two with a regression", () => {
    const quiet = { hits: 2, trials: 100 };
    const bad = { hits: 12, trials: 100 };
    const golden = [
      -0.5338715792099656, -0.6225534770521901, -0.685369648207938, -0.7389613043319604, -0.7884834349135008,
      2.301499266489036, 9.852812574716395,
    ];
    evidenceOf([quiet, quiet, quiet, quiet, quiet, bad, bad]).forEach((evidence, check) => {
      expect(Math.abs(evidence / golden[check]! - 1)).toBeLessThan(1e-12);
    });
  });

  test("says nothing before the first observation", () => {
    expect(window.logEvidence(window.start(), rate.empty())).toBeCloseTo(0, 12);
  });

  test("is the weighted mean of tests that begin at each check", () => {
    const counts = fc
      .integer({ min: 0, max: 200 })
      .chain((trials) => fc.record({ hits: fc.nat(trials), trials: fc.constant(trials) }));
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 30 }), (checks) => {
        const begun = checks.map((_, from) => {
          const weight = from === 0 ? 1 / 2 : 1 / 58;
          return Math.log(weight) + rate.logEvidence(checks.slice(from).reduce(rate.merge));
        });
        const unspent = Math.log((30 - checks.length) / 58);
        expect(evidenceOf(checks).at(-1)).toBeCloseTo(logSumExp([...begun, unspent]), 9);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("can be looked at inside a check: nothing changes when an empty check is closed early", () => {
    const state = window.close(window.start(), { hits: 3, trials: 50 });
    const before = window.logEvidence(window.start(), { hits: 3, trials: 50 });
    expect(window.logEvidence(state, rate.empty())).toBeCloseTo(before, 12);
  });

  test("keeps a state of finite numbers that JSON carries unchanged, in the window and beyond it", () => {
    let state = window.start();
    for (let check = 0; check < 40; check++) {
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      state = window.close(state, { hits: 2, trials: 100 });
    }
    expect(Number.isFinite(window.logEvidence(state, rate.empty()))).toBe(true);
  });

  test("takes attribution with stages of different share", () => {
    const test = attribution({ ratio: 1.5 });
    const mixture = restartMixture(test, { checks: 4 });
    const state = mixture.close(mixture.start(), [{ share: 0.1, candidateFailures: 1, baselineFailures: 5 }]);
    const open = [{ share: 0.25, candidateFailures: 12, baselineFailures: 2 }];
    expect(mixture.logEvidence(state, open)).toBeGreaterThan(requiredLogEvidence(0.05));
  });

  test("with one check is the plain test", () => {
    const single = restartMixture(rate, { checks: 1 });
    const counts = { hits: 9, trials: 100 };
    expect(single.logEvidence(single.start(), counts)).toBeCloseTo(rate.logEvidence(counts), 12);
  });

  test("finds a regression that begins after check 25 of 30, and nothing at the boundary beyond the risk", () => {
    const random = seededRandom(20_260_115);
    const decided = (rateAt: (check: number) => number, repetitions: number): number => {
      let count = 0;
      for (let repetition = 0; repetition < repetitions; repetition++) {
        const checks = Array.from({ length: 30 }, (_, check) => ({
          hits: binomial(random, 100, rateAt(check)),
          trials: 100,
        }));
        if (evidenceOf(checks).some((evidence) => evidence >= requiredLogEvidence(0.05))) count++;
      }
      return count / repetitions;
    };
    expect(decided((check) => (check < 25 ? 0.02 : 0.1), 500)).toBeGreaterThan(0.95);
    expect(decided(() => 0.03, 1000)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test("refuses a window without checks and the state of another test", () => {
    expect(() => restartMixture(rate, { checks: 0 })).toThrow("restartMixture: checks");
    expect(() => restartMixture(rate, { checks: 2.5 })).toThrow("must be an integer");
    expect(() => window.logEvidence({ check: 1, opening: [0] }, rate.empty())).toThrow(
      "belongs to another test",
    );
  });
});

describe("eDetector", () => {
  const detector = eDetector(rate, { averageRunLength: 50 });

  /** Checks until the first alarm. */
  const checksToAlarm = (random: () => number, failureRate: number): number => {
    let state = detector.start();
    for (let check = 1; ; check++) {
      const counts = { hits: binomial(random, 100, failureRate), trials: 100 };
      if (detector.alarms(state, counts)) return check;
      state = detector.close(state, counts);
    }
  };

  test("adds up tests that begin at each check", () => {
    const checks = [
      { hits: 2, trials: 100 },
      { hits: 7, trials: 100 },
      { hits: 5, trials: 50 },
    ];
    let state = detector.start();
    for (const counts of checks.slice(0, 2)) state = detector.close(state, counts);
    const begun = checks.map((_, from) => rate.logEvidence(checks.slice(from).reduce(rate.merge)));
    expect(detector.logStatistic(state, checks[2]!)).toBeCloseTo(logSumExp(begun), 12);
  });

  test("without a change waits for its average run length or longer", () => {
    const random = seededRandom(20_260_116);
    const waits = Array.from({ length: 300 }, () => checksToAlarm(random, 0.03));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    const deviation = Math.sqrt(waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / waits.length);
    expect(mean).toBeGreaterThan(50 - (3 * deviation) / Math.sqrt(waits.length));
  });

  test("finds a fivefold error rate within a few checks", () => {
    const random = seededRandom(20_260_117);
    const waits = Array.from({ length: 200 }, () => checksToAlarm(random, 0.1)).sort((a, b) => a - b);
    expect(waits[190]).toBeLessThanOrEqual(4);
  });

  test("refuses an average run length below 1", () => {
    expect(() => eDetector(rate, { averageRunLength: 0.5 })).toThrow("eDetector: averageRunLength");
  });
});
