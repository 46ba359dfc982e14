import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spamScore, trainNaiveBayes } from "./naive-bayes.ts";

const model = trainNaiveBayes([
  { features: ["meeting", "monday", "meeting"], isSpam: false },
  { features: ["meeting", "offer"], isSpam: false },
  { features: ["offer", "offer", "once"], isSpam: true },
]);

describe("trainNaiveBayes", () => {
  test("counts features and mails by class", () => {
    expect(model.counts.get("meeting")).toEqual({ ham: 3, spam: 0 });
    expect(model.counts.get("offer")).toEqual({ ham: 1, spam: 2 });
    expect(model.features).toEqual({ ham: 4, spam: 2 });
    expect(model.mails).toEqual({ ham: 2, spam: 1 });
  });

  test("drops features that were seen once", () => {
    expect([...model.counts.keys()]).toEqual(["meeting", "offer"]);
  });
});

describe("spamScore", () => {
  test("is what the formula says", () => {
    // P(offer | spam) = (2 + 1) / (2 + 2), P(offer | ham) = (1 + 1) / (4 + 2), prior odds (1 + 1) / (2 + 1).
    const odds = (3 / 4 / (2 / 6)) * (2 / 3);
    const score = spamScore(model, ["offer"], { smoothing: 1, priorWeight: 1 });
    expect(score).toBeCloseTo(odds / (1 + odds), 12);
  });

  test("divides the log odds by the root of the number of known features", () => {
    const logOdds = 4 * Math.log(3 / 4 / (2 / 6));
    const score = spamScore(
      model,
      Array.from({ length: 4 }, () => "offer"),
      { smoothing: 1, priorWeight: 0 },
    );
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-logOdds / 2)), 12);
  });

  test("is undecided where nothing is known and the prior does not count", () => {
    expect(spamScore(model, ["never seen"], { smoothing: 1, priorWeight: 0 })).toBe(0.5);
  });

  test("trusts a one-sided feature more with less smoothing", () => {
    const score = (smoothing: number): number => spamScore(model, ["meeting"], { smoothing, priorWeight: 0 });
    expect(score(0.01)).toBeLessThan(score(1));
  });

  test("stays between 0 and 1, whatever the mail", () => {
    const words = fc.array(fc.constantFrom("meeting", "offer", "once", "__proto__"), { maxLength: 5_000 });
    fc.assert(
      fc.property(words, fc.double({ min: 0.001, max: 10, noNaN: true }), (features, smoothing) => {
        const score = spamScore(model, features, { smoothing, priorWeight: 1 });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
