import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";
import { fisherExact } from "./fisher-exact.ts";
import { fixedSample } from "./fixed-sample.ts";
import { mannWhitney } from "./mann-whitney.ts";
import { newcombe } from "./newcombe.ts";
import { twoProportions } from "./two-proportions.ts";
import { welch } from "./welch.ts";
import { wilson } from "./wilson.ts";

const a = [14.2, 15.1, 13.8, 16.0, 14.9, 15.5, 14.4, 13.9];
const b = [16.1, 17.2, 15.9, 18.4, 16.8, 17.7, 16.3, 15.2, 17.0, 19.1];

const near = (actual: number, golden: number, tolerance = 1e-9): void =>
  expect(Math.abs(actual - golden)).toBeLessThanOrEqual(tolerance * Math.abs(golden));

describe("welch", () => {
  test("gives the golden values", () => {
    const result = welch({ a, b });
    if (!result.defined) throw new Error(result.reason);
    near(result.t, -4.808773818262888, 1e-12);
    near(result.degreesOfFreedom, 15.55436541876682, 1e-12);
    near(result.pValue, 0.0002082178305694476);
    near(result.interval.lower, -3.2369978158666703, 1e-7);
    near(result.interval.upper, -1.253002184133328, 1e-7);
    expect(result.validity).toBe(fixedSample);
  });

  test("is not defined when neither sample varies, and says so", () => {
    expect(welch({ a: [1, 1], b: [0, 0, 0] })).toEqual({
      validity: fixedSample,
      defined: false,
      difference: 1,
      reason: "Neither sample varies.",
    });
  });

  test("refuses a sample of one and values that are no numbers", () => {
    expect(() => welch({ a: [1], b })).toThrow("welch: a must hold at least 2 values, got 1");
    expect(() => welch({ a, b: [1, Number.NaN] })).toThrow("welch: b[1] must be a finite number, got NaN");
  });
});

describe("twoProportions", () => {
  test("agrees with SciPy, tiny p-values too", () => {
    const result = twoProportions({ a: { hits: 20, trials: 1000 }, b: { hits: 45, trials: 1000 } });
    near(result.z, -3.152519949406393, 1e-12);
    near(result.pValue, 0.001618677606637792);
    const extreme = twoProportions({ a: { hits: 1, trials: 2000 }, b: { hits: 200, trials: 2000 } });
    near(extreme.pValue, 4.960635481036958e-47);
  });

  test("sees no difference where nothing or everything was a hit", () => {
    const none = { hits: 0, trials: 10 };
    expect(twoProportions({ a: none, b: none })).toMatchObject({ z: 0, pValue: 1 });
    expect(() => twoProportions({ a: none, b: { hits: 0, trials: 0 } })).toThrow(
      "b must hold at least one trial",
    );
  });
});

describe("wilson and newcombe", () => {
  test.each([
    { hits: 0, trials: 10, lower: 0, upper: 0.27753279986288926 },
    { hits: 5, trials: 10, lower: 0.236593090512564, upper: 0.7634069094874361 },
    { hits: 20, trials: 1000, lower: 0.012983682916415135, upper: 0.030690005229717786 },
    { hits: 10, trials: 10, lower: 0.72246720013711074, upper: 1 },
  ])("the interval of $hits in $trials agrees with SciPy", ({ hits, trials, lower, upper }) => {
    const interval = wilson({ hits, trials });
    near(interval.lower, lower);
    near(interval.upper, upper);
  });

  test("the interval of a difference is the one in Newcombe's paper", () => {
    const { lower, upper } = newcombe({ a: { hits: 56, trials: 70 }, b: { hits: 48, trials: 80 } });
    expect(lower).toBeCloseTo(0.0524, 4);
    expect(upper).toBeCloseTo(0.3339, 4);
  });
});

describe("mannWhitney", () => {
  test("gives the golden value", () => {
    const result = mannWhitney({ a, b });
    expect(result).toMatchObject({ u: 3, superiority: 3 / 80, method: "exact" });
    near(result.pValue, 0.0003199414964120846, 1e-12);
  });

  test("is exact with ties: as counting all choices of ranks has it", () => {
    const result = mannWhitney({ a: [1, 2, 2, 3, 5], b: [2, 3, 4, 5, 5, 6, 7] });
    expect(result.u).toBe(6.5);
    near(result.pValue, 0.09343434343434344, 1e-12);
  });

  test("agrees with SciPy's normal approximation for larger samples with ties", () => {
    const many = Array.from({ length: 40 }, (_, i) => (i * 7) % 23);
    const more = Array.from({ length: 50 }, (_, i) => (i * 11) % 29);
    const result = mannWhitney({ a: many, b: more });
    expect(result).toMatchObject({ u: 822.5, method: "normal" });
    near(result.pValue, 0.15037352109557198, 1e-9);
  });

  test("sees no difference where all values are equal, small sample or large", () => {
    const same = (n: number) => Array.from({ length: n }, () => 1);
    expect(mannWhitney({ a: same(5), b: same(5) }).pValue).toBe(1);
    expect(mannWhitney({ a: same(50), b: same(50) }).pValue).toBe(1);
  });

  test("does not care which sample comes first", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        expect(mannWhitney({ a: x, b: y }).pValue).toBeCloseTo(mannWhitney({ a: y, b: x }).pValue, 12);
      }),
      { seed: 1 },
    );
  });

  test("refuses an empty sample", () => {
    expect(() => mannWhitney({ a: [], b })).toThrow("mannWhitney: a must hold at least 1 values, got 0");
  });
});

describe("fisherExact", () => {
  test.each([
    { hitsA: 3, trialsA: 10, hitsB: 9, trialsB: 11, golden: 0.02997312285237981 },
    { hitsA: 1, trialsA: 100, hitsB: 10, trialsB: 100, golden: 0.009658115943518335 },
    { hitsA: 20, trialsA: 1000, hitsB: 45, trialsB: 1000, golden: 0.002231273018873641 },
    { hitsA: 4, trialsA: 8, hitsB: 4, trialsB: 8, golden: 1 },
    { hitsA: 0, trialsA: 10, hitsB: 0, trialsB: 10, golden: 1 },
    { hitsA: 10, trialsA: 10, hitsB: 10, trialsB: 10, golden: 1 },
  ])(
    "$hitsA of $trialsA against $hitsB of $trialsB agrees with SciPy",
    ({ hitsA, trialsA, hitsB, trialsB, golden }) => {
      const { pValue } = fisherExact({
        a: { hits: hitsA, trials: trialsA },
        b: { hits: hitsB, trials: trialsB },
      });
      near(pValue, golden, 1e-10);
    },
  );
});

describe("benjaminiHochberg", () => {
  test("agrees with SciPy and keeps the order given", () => {
    const { adjusted, rejected } = benjaminiHochberg([0.01, 0.04, 0.03, 0.2, 0.5, 0.005], 0.05);
    [0.03, 0.06, 0.06, 0.24, 0.5, 0.03].forEach((golden, i) => near(adjusted[i]!, golden, 1e-12));
    expect(rejected).toEqual([0, 5]);
  });

  test("refuses p-values above 1", () => {
    expect(() => benjaminiHochberg([0.1, 2], 0.05)).toThrow("benjaminiHochberg: pValues[1]");
  });
});
