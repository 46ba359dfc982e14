import { describe, expect, test } from "vitest";
import { betaPosterior } from "./beta-posterior.ts";
import { binomialUpperTail } from "./binomial.ts";

describe("betaPosterior", () => {
  test("is the binomial tail at whole numbers", () => {
    for (const [successes, failures] of [
      [0, 0],
      [1, 0],
      [3, 1],
      [7, 40],
      [400, 12],
      [5000, 5100],
    ] as const) {
      const posterior = betaPosterior({ successes, failures });
      for (const rate of [0.01, 0.3, 0.5, 0.9, 0.999]) {
        // P(Beta(a, b) > x) = P(Binomial(a + b - 1, x) < a).
        const trials = successes + failures + 1;
        const expected = 1 - binomialUpperTail(successes + 1, trials, rate);
        expect(posterior.probabilityAbove(rate)).toBeCloseTo(expected, 10);
      }
    }
  });

  test("is the area of the density at fractions", () => {
    const posterior = betaPosterior({ successes: 1.5, failures: 0.25 });
    expect(posterior.mean).toBeCloseTo(2.5 / 3.75, 12);
    expect(posterior.probabilityAbove(0.5)).toBeCloseTo(integrated(2.5, 1.25, 0.5), 6);
  });

  test("starts from even odds, and is sure at the ends", () => {
    const nothing = betaPosterior({ successes: 0, failures: 0 });
    expect(nothing.mean).toBe(0.5);
    expect(nothing.probabilityAbove(0.5)).toBeCloseTo(0.5, 12);
    expect([nothing.probabilityAbove(0), nothing.probabilityAbove(1)]).toEqual([1, 0]);
  });

  test("refuses weights and rates that are none", () => {
    expect(() => betaPosterior({ successes: -1, failures: 0 })).toThrow(
      /successes must be a finite number at least 0, got -1/,
    );
    expect(() => betaPosterior({ successes: 1, failures: 0 }, { successes: 0, failures: 1 })).toThrow(
      /prior\.successes/,
    );
    expect(() => betaPosterior({ successes: 1, failures: 0 }).probabilityAbove(2)).toThrow(RangeError);
  });
});

/** The share of the density x^(a-1) (1-x)^(b-1) above `from`, by midpoints of t where x = 1 - t^8, flat at the end. */
function integrated(a: number, b: number, from: number): number {
  const area = (low: number): number => {
    const steps = 200_000;
    const top = (1 - low) ** (1 / 8);
    let sum = 0;
    for (let i = 0; i < steps; i += 1) {
      const t = ((i + 0.5) / steps) * top;
      const x = 1 - t ** 8;
      sum += x ** (a - 1) * (t ** 8) ** (b - 1) * 8 * t ** 7;
    }
    return (sum * top) / steps;
  };
  return area(from) / area(0);
}
