import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialUpperTail } from "./binomial.ts";
import { clopperPearson, rateLowerBound, rateUpperBound } from "./clopper-pearson.ts";

const near = (actual: number, golden: number, tolerance = 1e-12): void =>
  expect(Math.abs(actual - golden)).toBeLessThanOrEqual(tolerance * Math.abs(golden));

describe("clopperPearson", () => {
  test.each([
    { hits: 0, trials: 10, lower: 0, upper: 0.3084971078187608 },
    { hits: 5, trials: 10, lower: 0.1870860284473986, upper: 0.8129139715526015 },
    { hits: 20, trials: 1000, lower: 0.01225826797240633, upper: 0.03072003268260914 },
  ])("of $hits in $trials gives the golden interval", ({ hits, trials, lower, upper }) => {
    const interval = clopperPearson({ hits, trials });
    near(interval.lower, lower);
    near(interval.upper, upper);
  });

  test("gives the golden one-sided bound", () => {
    near(rateUpperBound({ hits: 20, trials: 1000 }, 0.01), 0.03288615444920429);
  });

  test("is one minus a root of the risk without hits, and its mirror image with nothing but hits", () => {
    near(rateUpperBound({ hits: 0, trials: 100 }, 0.05), 1 - 0.05 ** 0.01);
    near(rateLowerBound({ hits: 100, trials: 100 }, 0.05), 0.05 ** 0.01);
    expect(clopperPearson({ hits: 0, trials: 0 })).toEqual({ lower: 0, upper: 1 });
  });

  test("holds the quotient and stays inside 0 to 1 up to a thousand million trials", () => {
    const counts = fc.tuple(fc.nat(1_000_000_000), fc.nat(1_000_000_000));
    fc.assert(
      fc.property(counts, ([a, b]) => {
        const [hits, trials] = [Math.min(a, b), Math.max(a, b, 1)];
        const { lower, upper } = clopperPearson({ hits, trials });
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(hits / trials);
        expect(upper).toBeGreaterThanOrEqual(hits / trials);
        expect(upper).toBeLessThanOrEqual(1);
      }),
      { seed: 1, numRuns: 15 },
    );
  });

  test("refuses bad counts and confidence", () => {
    expect(() => clopperPearson({ hits: 2, trials: 1 })).toThrow("got 2 of 1");
    expect(() => clopperPearson({ hits: 0, trials: 1 }, 1)).toThrow("clopperPearson: confidence");
    expect(() => rateUpperBound({ hits: 0, trials: 1 }, 0)).toThrow("rateUpperBound: risk");
  });
});

describe("binomialUpperTail", () => {
  // From SciPy 1.17.
  test.each([
    { k: 5, n: 10, p: 0.5, golden: 0.623046875 },
    { k: 20, n: 1000, p: 0.03, golden: 0.9795881466567139 },
    { k: 30_100, n: 1_000_000, p: 0.03, golden: 0.27964878491023515 },
    { k: 20_006_000, n: 1_000_000_000, p: 0.02, golden: 0.08768987187206202 },
    { k: 950, n: 1000, p: 0.95, golden: 0.537529040801425 },
  ])("P(X >= $k) of $n at $p agrees with SciPy", ({ k, n, p, golden }) => {
    near(binomialUpperTail(k, n, p), golden, 1e-12);
  });

  test("is 1 from no hits on and 0 beyond all trials", () => {
    expect([binomialUpperTail(0, 10, 0.5), binomialUpperTail(11, 10, 0.5)]).toEqual([1, 0]);
    expect([binomialUpperTail(1, 10, 0), binomialUpperTail(10, 10, 1)]).toEqual([0, 1]);
  });
});
