import { describe, expect, test } from "vitest";
import { rateUpperBound } from "./clopper-pearson.ts";
import { historyBound } from "./history-bound.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { splitRisk } from "./risk-budget.ts";
import { successFloor } from "./success-floor.ts";
import { binomial, seededRandom } from "./testing.ts";

describe("historyBound", () => {
  test("tests against the ratio times the upper bound of the baseline's rate", () => {
    const history = { hits: 20, trials: 1000 };
    const bound = historyBound({ history, ratio: 1.5, risk: 0.01 });
    if (!bound.armed) throw new Error(bound.reason);
    expect(bound.rateBound).toBe(rateUpperBound(history, 0.01));
    expect(bound.test.nullRate).toBeCloseTo(1.5 * 0.03288615444920429, 12);
  });

  test("is armed by a baseline that never failed", () => {
    const bound = historyBound({ history: { hits: 0, trials: 1000 }, ratio: 1.5, risk: 0.005 });
    if (!bound.armed) throw new Error(bound.reason);
    expect(bound.test.logEvidence({ hits: 3, trials: 3 })).toBeGreaterThan(requiredLogEvidence(0.04));
  });

  test("is not armed where the limit reaches 1, and says why", () => {
    expect(historyBound({ history: { hits: 0, trials: 3 }, ratio: 1.5, risk: 0.005 })).toEqual({
      armed: false,
      reason:
        "0 failures of 3 runs allow a baseline rate up to 0.829, and 1.5 times that is no limit. Gather more runs before the start.",
    });
  });

  test("holds its promise at the boundary when the history is drawn anew each time", () => {
    const random = seededRandom(20_260_106);
    const { evidence, history: historyRisk } = splitRisk(0.05);
    let decided = 0;
    for (let repetition = 0; repetition < 1000; repetition++) {
      const history = { hits: binomial(random, 1000, 0.02), trials: 1000 };
      const bound = historyBound({ history, ratio: 1.5, risk: historyRisk });
      if (!bound.armed) continue;
      let hits = 0;
      for (let trials = 20; trials <= 4000; trials += 20) {
        hits += binomial(random, 20, 0.03);
        if (bound.test.logEvidence({ hits, trials }) < requiredLogEvidence(evidence)) continue;
        decided++;
        break;
      }
    }
    expect(decided / 1000).toBeLessThan(0.045 + 3 * Math.sqrt((0.045 * 0.955) / 1000));
  });

  test("refuses a bad history, ratio or risk", () => {
    const history = { hits: 1, trials: 10 };
    expect(() => historyBound({ history: { hits: 2, trials: 1 }, ratio: 1, risk: 0.01 })).toThrow(
      "got 2 of 1",
    );
    expect(() => historyBound({ history, ratio: -1, risk: 0.01 })).toThrow("historyBound: ratio");
    expect(() => historyBound({ history, ratio: 1, risk: 1 })).toThrow("rateUpperBound: risk");
  });
});

describe("successFloor", () => {
  test("at 0.7 decides after four straight failures at a risk of 5 %", () => {
    const { logEvidence } = successFloor({ minSuccessRate: 0.7 });
    expect(logEvidence({ hits: 3, trials: 3 })).toBeLessThan(requiredLogEvidence(0.05));
    expect(logEvidence({ hits: 4, trials: 4 })).toBeGreaterThan(requiredLogEvidence(0.05));
  });

  test("at 1 decides at the first failure", () => {
    expect(successFloor({ minSuccessRate: 1 }).logEvidence({ hits: 1, trials: 1 })).toBeGreaterThan(
      requiredLogEvidence(0.05),
    );
  });

  test("refuses a floor of 0", () => {
    expect(() => successFloor({ minSuccessRate: 0 })).toThrow("Leave the floor out to switch it off.");
  });
});
