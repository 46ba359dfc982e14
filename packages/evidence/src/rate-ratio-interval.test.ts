import { describe, expect, test } from "vitest";
import { attribution } from "./attribution.ts";
import { defaultGrid } from "./grid.ts";
import { rateRatioInterval } from "./rate-ratio-interval.ts";
import { bernoulli, geometric, seededRandom } from "./testing.ts";

const at = (share: number, candidateFailures: number, baselineFailures: number) => [
  { share, candidateFailures, baselineFailures },
];

describe("rateRatioInterval", () => {
  test("ends where the evidence on either side reaches 2 / (1 - confidence)", () => {
    const stages = [...at(0.1, 12, 20), ...at(0.5, 9, 4)];
    const { lower, upper } = rateRatioInterval(stages, { confidence: 0.95, grid: defaultGrid });
    const evidence = (ratio: number, alternative: "above" | "below") =>
      attribution({ ratio, alternative }).logEvidence(stages);
    expect(evidence(lower, "above")).toBeCloseTo(Math.log(40), 9);
    expect(evidence(upper!, "below")).toBeCloseTo(Math.log(40), 9);
  });

  test("holds the ratio of the rates and narrows as failures come in", () => {
    const few = rateRatioInterval(at(0.5, 20, 10));
    const many = rateRatioInterval(at(0.5, 2000, 1000));
    expect(few.lower).toBeLessThan(2);
    expect(few.upper).toBeGreaterThan(2);
    expect(many.lower).toBeGreaterThan(1.7);
    expect(many.upper).toBeLessThan(2.35);
  });

  test("has no upper end without a failure of the baseline, and reaches 0 without one of the candidate", () => {
    expect(rateRatioInterval([])).toEqual({ lower: 0 });
    const bad = rateRatioInterval(at(0.1, 30, 0));
    expect(bad.lower).toBeGreaterThan(1);
    expect(bad).not.toHaveProperty("upper");
    const good = rateRatioInterval(at(0.5, 0, 30));
    expect(good.lower).toBe(0);
    expect(good.upper).toBeLessThan(1);
  });

  test("learns nothing from a stage without a baseline", () => {
    expect(rateRatioInterval(at(1, 1000, 0))).toEqual({ lower: 0 });
  });

  test("holds the true ratio at every failure in at least 95 % of rollouts", () => {
    const random = seededRandom(20_260_118);
    let missed = 0;
    for (let repetition = 0; repetition < 400; repetition++) {
      const stage = { share: 0.25, candidateFailures: 0, baselineFailures: 0 };
      // Twice the rate at a quarter of the traffic: 40 % of the failures are the candidate's. The ends
      // only need to be looked at where the evidence against the truth peaks, so test that directly.
      const above = attribution({ ratio: 2 });
      const below = attribution({ ratio: 2, alternative: "below" });
      for (let run = geometric(random, 0.5); run < 800; run += geometric(random, 0.5)) {
        if (bernoulli(random, 0.4)) stage.candidateFailures++;
        else stage.baselineFailures++;
        const refuted = Math.max(above.logEvidence([stage]), below.logEvidence([stage])) >= Math.log(40);
        if (!refuted) continue;
        const { lower, upper = Infinity } = rateRatioInterval([stage], { grid: defaultGrid });
        expect(lower > 2 || upper < 2).toBe(true);
        missed++;
        break;
      }
    }
    expect(missed / 400).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
  });

  test("closes in on the ratio to half a percent at a thousand million failures", () => {
    const { lower, upper } = rateRatioInterval(at(0.1, 1_000_000_000, 1_000_000_000));
    expect(Math.abs(lower / 9 - 1)).toBeLessThan(0.006);
    expect(Math.abs(upper! / 9 - 1)).toBeLessThan(0.006);
  });

  test("refuses a confidence of 1", () => {
    expect(() => rateRatioInterval([], { confidence: 1 })).toThrow("rateRatioInterval: confidence");
  });
});
