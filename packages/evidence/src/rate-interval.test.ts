import { describe, expect, test } from "vitest";
import { rateInterval } from "./rate-interval.ts";
import { bernoulli, seededRandom } from "./testing.ts";

describe("the interval of a rate", () => {
  test("is everything before the first observation, and narrows around the rate", () => {
    expect(rateInterval({ hits: 0, trials: 0 })).toEqual({ lower: 0, upper: 1 });
    const some = rateInterval({ hits: 20, trials: 1000 });
    const many = rateInterval({ hits: 2000, trials: 100_000 });
    expect(some.lower).toBeLessThan(0.02);
    expect(some.upper).toBeGreaterThan(0.02);
    expect(many.upper - many.lower).toBeLessThan(some.upper - some.lower);
  });

  test("reaches 0 without a hit and 1 without a miss", () => {
    expect(rateInterval({ hits: 0, trials: 500 })).toMatchObject({ lower: 0 });
    expect(rateInterval({ hits: 500, trials: 500 })).toMatchObject({ upper: 1 });
  });

  test("holds the true rate at every look in at least 95 of 100 sequences", () => {
    const random = seededRandom(11);
    let covered = 0;
    for (let sequence = 0; sequence < 300; sequence++) {
      const counts = { hits: 0, trials: 0 };
      let always = true;
      for (let look = 0; look < 20 && always; look++) {
        for (let run = 0; run < 25; run++) {
          counts.trials++;
          if (bernoulli(random, 0.1)) counts.hits++;
        }
        const { lower, upper } = rateInterval(counts);
        always = lower <= 0.1 && 0.1 <= upper;
      }
      if (always) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / 300));
  });

  test("refuses counts that cannot be", () => {
    expect(() => rateInterval({ hits: 2, trials: 1 })).toThrow(RangeError);
    expect(() => rateInterval({ hits: 0, trials: 1 }, { confidence: 1 })).toThrow(RangeError);
  });
});
