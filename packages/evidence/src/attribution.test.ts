import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attribution, type AttributedFailure } from "./attribution.ts";
import { gridProcess } from "./grid-process.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { bernoulli, binomial, geometric, type Random, seededRandom } from "./testing.ts";

const at = (share: number, candidateFailures: number, baselineFailures: number) => [
  { share, candidateFailures, baselineFailures },
];

describe("attribution", () => {
  test.each([
    { share: 0.5, ratio: 1.5, candidateFailures: 9, baselineFailures: 0, golden: 3.7320384706094054 },
    { share: 0.1, ratio: 1.5, candidateFailures: 4, baselineFailures: 0, golden: 6.40682944191919 },
    { share: 0.5, ratio: 1.5, candidateFailures: 5, baselineFailures: 5, golden: -1.6208156150590245 },
  ])(
    "at share $share and ratio $ratio, $candidateFailures against $baselineFailures failures give the golden evidence",
    ({ share, ratio, candidateFailures, baselineFailures, golden }) => {
      const evidence = attribution({ ratio }).logEvidence(at(share, candidateFailures, baselineFailures));
      expect(Math.abs(evidence / golden - 1)).toBeLessThan(1e-12);
    },
  );

  test("is the grid process on who failed: an even split at ratio 1 tests a rate of one half", () => {
    const fair = gridProcess({ nullRate: 0.5 }).logEvidence({ hits: 14, trials: 20 });
    expect(attribution({ ratio: 1 }).logEvidence(at(0.5, 14, 6))).toBeCloseTo(fair, 12);
  });

  test("adds up what stages of different share have shown", () => {
    const test = attribution({ ratio: 1.5 });
    const stages = [...at(0.1, 3, 2), ...at(0.5, 7, 4)];
    const sums = test.scores(at(0.1, 3, 2)).map((score, j) => score + test.scores(at(0.5, 7, 4))[j]!);
    test.scores(stages).forEach((score, j) => expect(score).toBeCloseTo(sums[j]!, 12));
  });

  test("learns nothing from a stage without a baseline", () => {
    const test = attribution({ ratio: 1.5 });
    expect(test.logEvidence(at(1, 1000, 0))).toBeCloseTo(0, 9);
    expect(test.logEvidence([...at(0.1, 4, 0), ...at(1, 1000, 0)])).toBeCloseTo(6.40682944191919, 9);
  });

  test("is a number for any counts up to a thousand million at any share", () => {
    const count = fc.nat(1_000_000_000);
    const share = fc.double({ min: 1e-6, max: 1, noNaN: true });
    for (const alternative of ["above", "below"] as const) {
      const test = attribution({ ratio: 1.5, alternative });
      fc.assert(
        fc.property(share, count, count, (q, candidate, baseline) =>
          Number.isFinite(test.logEvidence(at(q, candidate, baseline))),
        ),
        { seed: 1 },
      );
    }
  });

  test("gives the same evidence one by one, in batches, in another order, or merged from several processes", () => {
    const test = attribution({ ratio: 1.5 });
    const fold = (failures: readonly AttributedFailure[]) => failures.reduce(test.add, test.empty());
    const failures = fc.array(
      fc.record({
        share: fc.constantFrom(0.1, 0.25, 0.5),
        arm: fc.constantFrom("candidate" as const, "baseline" as const),
      }),
    );
    fc.assert(
      fc.property(failures, failures, (first, second) => {
        const whole = test.logEvidence(fold([...first, ...second]));
        expect(test.logEvidence(test.merge(fold(second), fold(first)))).toBeCloseTo(whole, 9);
        expect(test.logEvidence(fold([...second, ...first].reverse()))).toBeCloseTo(whole, 9);
        expect(test.logEvidence(JSON.parse(JSON.stringify(fold([...first, ...second]))))).toBe(whole);
      }),
      { seed: 2 },
    );
  });

  test("holds its promise at the boundary with each share, looked at after every failure", () => {
    const random = seededRandom(20_260_102);
    for (const share of [0.05, 0.1, 0.25, 0.5]) {
      const rollout = { ratio: 1.5, share, candidateRate: 0.03, baselineRate: 0.02, candidateRuns: 5000 };
      const falseAlarms = shareDecided(random, rollout, 1000);
      expect(falseAlarms, `share ${share}`).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
    }
  });

  test("hardly ever suspects a candidate that is no worse, whatever the error rate", () => {
    const random = seededRandom(20_260_103);
    for (const rate of [0.01, 0.02, 0.05, 0.1, 0.2]) {
      const rollout = {
        ratio: 1.5,
        share: 0.1,
        candidateRate: rate,
        baselineRate: rate,
        candidateRuns: 1500,
      };
      expect(shareDecided(random, rollout, 500), `rate ${rate}`).toBeLessThan(0.02);
    }
  });

  test("takes an outage that both arms share for no evidence", () => {
    const random = seededRandom(20_260_104);
    const test = attribution({ ratio: 1.5 });
    const required = requiredLogEvidence(0.05);
    let decided = 0;
    for (let repetition = 0; repetition < 500; repetition++) {
      const stage = { share: 0.5, candidateFailures: 0, baselineFailures: 0 };
      for (let run = 0; run < 3000; run++) {
        const outage = run >= 500 && run < 1000;
        if (!bernoulli(random, outage ? 0.3 : 0.02)) continue;
        if (bernoulli(random, stage.share)) stage.candidateFailures++;
        else stage.baselineFailures++;
        if (test.logEvidence([stage]) >= required) {
          decided++;
          break;
        }
      }
    }
    expect(decided / 500).toBeLessThan(0.02);
  });

  // Median candidate runs until 5 % risk decides, baseline 2 %, ratio 1.5; for a total failure the mean.
  test.each([
    [0.1, 0.05, 792],
    [0.1, 0.1, 90],
    [0.1, 0.2, 22],
    [0.1, 0.5, 7],
    [0.1, 1, 3.4],
    [0.5, 0.05, 1734],
    [0.5, 0.1, 196],
    [0.5, 0.2, 50],
    [0.5, 0.5, 17],
    [0.5, 1, 8.9],
  ])(
    "at share %d finds a failure rate of %d after about %d candidate runs",
    (share, candidateRate, expected) => {
      const random = seededRandom(20_260_105);
      const rollout = { ratio: 1.5, share, candidateRate, baselineRate: 0.02, candidateRuns: 100_000 };
      const delays = Array.from({ length: 1000 }, () => runsToDecide(random, rollout)).sort((a, b) => a - b);
      const typical =
        candidateRate === 1 ? delays.reduce((sum, delay) => sum + delay, 0) / 1000 : delays[500]!;
      expect(Math.abs(typical / expected - 1)).toBeLessThan(0.15);
    },
  );

  test("refuses shares, counts and ratios that cannot be", () => {
    expect(() => attribution({ ratio: 0 })).toThrow(
      "attribution: ratio must be a finite number above 0, got 0. Use 1 + the relative increase you tolerate.",
    );
    const { logEvidence } = attribution({ ratio: 1.5 });
    expect(() => logEvidence(at(1.5, 1, 0))).toThrow("attribution: share");
    expect(() => logEvidence(at(0.5, 1.5, 0))).toThrow("attribution: candidateFailures must be an integer");
    expect(() => logEvidence(at(0.5, 1, -1))).toThrow("attribution: baselineFailures must be an integer");
    expect(() => logEvidence(at(0, 1, 0))).toThrow("expected no candidate failures at a share of 0, got 1");
  });
});

interface Rollout {
  readonly ratio: number;
  readonly share: number;
  readonly candidateRate: number;
  readonly baselineRate: number;
  readonly candidateRuns: number;
}

function shareDecided(random: Random, rollout: Rollout, repetitions: number): number {
  let decided = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    if (runsToDecide(random, rollout) <= rollout.candidateRuns) decided++;
  }
  return decided / repetitions;
}

/** Candidate runs until the evidence decides at a risk of 5 %; Infinity if it has not when the runs are over. */
function runsToDecide(
  random: Random,
  { ratio, share, candidateRate, baselineRate, candidateRuns }: Rollout,
): number {
  const { logEvidence } = attribution({ ratio });
  const required = requiredLogEvidence(0.05);
  const stage = { share, candidateFailures: 0, baselineFailures: 0 };
  const failureRate = share * candidateRate + (1 - share) * baselineRate;
  let runs = 0;
  while (true) {
    // Only failures move the evidence: jump to the next one, whose arm has a known probability. The runs in
    // between are the candidate's with the share it has among successes.
    const wait = geometric(random, failureRate);
    runs += binomial(random, wait - 1, (share * (1 - candidateRate)) / (1 - failureRate));
    if (bernoulli(random, (share * candidateRate) / failureRate)) {
      stage.candidateFailures++;
      runs++;
    } else stage.baselineFailures++;
    if (runs > candidateRuns) return Infinity;
    if (logEvidence([stage]) >= required) return runs;
  }
}
