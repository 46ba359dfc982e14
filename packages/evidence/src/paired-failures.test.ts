import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairedFailures } from "./paired-failures.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { bernoulli, seededRandom } from "./testing.ts";

const none = { candidateOnly: 0, baselineOnly: 0, both: 0 };

describe("pairedFailures", () => {
  test("at a ratio of 1 only looks at pairs that differ, as McNemar does", () => {
    const { logEvidence } = pairedFailures();
    expect(logEvidence({ candidateOnly: 8, baselineOnly: 2, both: 1000 })).toBe(
      logEvidence({ candidateOnly: 8, baselineOnly: 2, both: 0 }),
    );
    expect(logEvidence({ ...none, candidateOnly: 8 })).toBeGreaterThan(requiredLogEvidence(0.05));
    expect(logEvidence({ ...none, baselineOnly: 8 })).toBeLessThan(0);
  });

  test.each([0.5, 1, 1.5, 3])(
    "averages bets with a mean of 1 at the boundary of ratio %d, either way",
    (ratio) => {
      // Baseline fails in 20 %, candidate in ratio times as many, both at once as often as possible.
      const baselineRate = 0.2;
      const both = Math.min(baselineRate, ratio * baselineRate);
      for (const alternative of ["above", "below"] as const) {
        const { logEvidence } = pairedFailures({ ratio, alternative });
        const mean =
          both * Math.exp(logEvidence({ ...none, both: 1 })) +
          (ratio * baselineRate - both) * Math.exp(logEvidence({ ...none, candidateOnly: 1 })) +
          (baselineRate - both) * Math.exp(logEvidence({ ...none, baselineOnly: 1 })) +
          (1 - baselineRate - ratio * baselineRate + both);
        expect(mean).toBeCloseTo(1, 12);
      }
    },
  );

  test("is a number for any counts up to a thousand million", () => {
    const count = fc.nat(1_000_000_000);
    const counts = fc.record({ candidateOnly: count, baselineOnly: count, both: count });
    for (const alternative of ["above", "below"] as const) {
      const { logEvidence } = pairedFailures({ ratio: 1.5, alternative });
      fc.assert(
        fc.property(counts, (state) => Number.isFinite(logEvidence(state))),
        { seed: 1 },
      );
    }
  });

  test("depends neither on order nor on who counted", () => {
    const test = pairedFailures({ ratio: 1.5 });
    const outcome = fc.record({ candidateFailed: fc.boolean(), baselineFailed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(outcome), fc.array(outcome), (first, second) => {
        const whole = [...first, ...second].reduce(test.add, test.empty());
        const parts = [second, first].map((list) => list.reduce(test.add, test.empty()));
        expect(test.merge(parts[0]!, parts[1]!)).toEqual(whole);
        expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
      }),
      { seed: 2 },
    );
  });

  test("decides falsely at the boundary no more often than the risk", () => {
    const random = seededRandom(20_260_114);
    const { logEvidence } = pairedFailures({ ratio: 1.5 });
    let decided = 0;
    for (let repetition = 0; repetition < 1000; repetition++) {
      const counts = { candidateOnly: 0, baselineOnly: 0, both: 0 };
      for (let pair = 0; pair < 2000; pair++) {
        const candidateFailed = bernoulli(random, 0.15);
        const baselineFailed = bernoulli(random, 0.1);
        if (!candidateFailed && !baselineFailed) continue;
        if (candidateFailed && baselineFailed) counts.both++;
        else if (candidateFailed) counts.candidateOnly++;
        else counts.baselineOnly++;
        if (logEvidence(counts) < requiredLogEvidence(0.05)) continue;
        decided++;
        break;
      }
    }
    expect(decided / 1000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test("refuses a ratio of 0 and counts that are no integers", () => {
    expect(() => pairedFailures({ ratio: 0 })).toThrow("pairedFailures: ratio");
    expect(() => pairedFailures().logEvidence({ ...none, both: -1 })).toThrow("pairedFailures: both");
  });
});
