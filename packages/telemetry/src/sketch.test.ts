import { DDSketch } from "@datadog/sketches-js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LatencyHistogram, edgeAtOrAbove } from "./sketch.ts";

const quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const latency = fc.oneof(
  fc.constant(0),
  fc.double({ min: -6, max: 4, noNaN: true }).map((exponent) => 10 ** exponent),
  fc.double({ min: 0, max: 2e-6, noNaN: true }),
  fc.double({ min: 9000, max: 50_000, noNaN: true }),
);
const latencies = fc.array(latency, { maxLength: 200 });
const latenciesInRange = fc.array(
  fc.double({ min: -5.9, max: 3.9, noNaN: true }).map((exponent) => 10 ** exponent),
  { minLength: 1, maxLength: 300 },
);

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

function expectSame(actual: LatencyHistogram, expected: LatencyHistogram): void {
  const { sum, ...counts } = expected.toJSON();
  expect(actual.toJSON()).toMatchObject(counts);
  expect(actual.count).toBe(expected.count);
  expect(actual.toJSON().bins).toEqual(counts.bins);
  if (sum !== undefined) expect(actual.sum).toBeCloseTo(sum, 6);
}

describe("quantiles", () => {
  test("are within 1 % of the sorted values", () => {
    fc.assert(
      fc.property(latenciesInRange, (values) => {
        const histogram = histogramOf(values);
        const sorted = [...values].sort((a, b) => a - b);
        for (const q of quantiles) {
          const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
          expect(Math.abs(histogram.quantile(q)! / exact - 1)).toBeLessThanOrEqual(0.01 + 1e-12);
        }
      }),
      { seed: 2 },
    );
  });

  test("are those of DDSketch, kept between the minimum and the maximum", () => {
    fc.assert(
      fc.property(latenciesInRange, (values) => {
        const histogram = histogramOf(values);
        const oracle = new DDSketch({ relativeAccuracy: 0.01 });
        for (const value of values) oracle.accept(value);
        for (const q of quantiles) {
          const expected = Math.min(Math.max(oracle.getValueAtQuantile(q), oracle.min), oracle.max);
          expect(histogram.quantile(q)).toBe(expected);
        }
      }),
      { seed: 3 },
    );
  });

  test("are exact when all latencies are equal", () => {
    const histogram = histogramOf([0.1, 0.1, 0.1]);
    expect(quantiles.map((q) => histogram.quantile(q))).toEqual(quantiles.map(() => 0.1));
  });

  test("of zeros are 0, and zeros do not pull up what is below them in rank", () => {
    const histogram = histogramOf([0, 0, 0, 5]);
    expect([0, 0.5, 1].map((q) => histogram.quantile(q))).toEqual([0, 0, 5]);
  });

  test("beyond the range are the minimum and the maximum", () => {
    const histogram = histogramOf([2e-7, 20_000, 90_000]);
    expect(histogram.quantile(0)).toBe(2e-7);
    expect(histogram.quantile(1)).toBe(90_000);
  });

  test("of nothing are undefined, not a number that compares as healthy", () => {
    const histogram = new LatencyHistogram();
    expect([histogram.quantile(0.95), histogram.min, histogram.max]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([-0.01, 1.01, NaN, 95])("refuse %d", (q) => {
    expect(() => histogramOf([1]).quantile(q)).toThrow(/from 0 to 1, got/);
  });
});

describe("counts above a limit", () => {
  test("are exact at every edge", () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 11_000, noNaN: true }), (values, limit) => {
        const edge = edgeAtOrAbove(limit);
        const exact = values.filter((value) => value > edge).length;
        expect(histogramOf(values).countAbove(edge)).toBe(exact);
        expect(histogramOf(values).countAbove(limit)).toBe(exact);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("take a limit up by at most 2.1 %, and an edge not at all", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 10_000, noNaN: true }), (limit) => {
        const edge = edgeAtOrAbove(limit);
        expect(edge).toBeGreaterThanOrEqual(limit);
        expect(edge).toBeLessThanOrEqual(limit * 1.021);
        expect(edgeAtOrAbove(edge)).toBe(edge);
      }),
      { seed: 5 },
    );
    expect(edgeAtOrAbove(1)).toBe(1);
    expect(edgeAtOrAbove(20_000)).toBe(Infinity);
    expect(edgeAtOrAbove(0)).toBeCloseTo(1e-6, 7);
  });

  test("do not count the limit itself", () => {
    expect(histogramOf([1, 1, 1.5]).countAbove(1)).toBe(1);
  });
});

describe("merging", () => {
  test("gives the histogram of the union, whichever way round", () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const union = histogramOf([...a, ...b]);
        const ab = histogramOf(a);
        ab.merge(histogramOf(b));
        const ba = histogramOf(b);
        ba.merge(histogramOf(a));
        expectSame(ab, union);
        expectSame(ba, union);
      }),
      { seed: 6 },
    );
  });

  test("leaves the other one as it was, and survives merging with itself", () => {
    const one = histogramOf([1, 2]);
    const two = histogramOf([3]);
    one.merge(two);
    expectSame(two, histogramOf([3]));
    one.merge(one);
    expectSame(one, histogramOf([1, 2, 3, 1, 2, 3]));
  });
});

describe("clearing", () => {
  test("leaves nothing behind, so that the histogram can be filled anew", () => {
    fc.assert(
      fc.property(latencies, latencies, (before, after) => {
        const histogram = histogramOf(before);
        histogram.clear();
        expect(histogram.toJSON()).toEqual({ relativeError: 0.01, bins: [] });
        for (const value of after) histogram.add(value);
        expectSame(histogram, histogramOf(after));
      }),
      { seed: 7 },
    );
  });
});

describe("a refused latency", () => {
  test.each([NaN, -1, Infinity])("of %d changes nothing", (seconds) => {
    const histogram = histogramOf([1, 2]);
    expect(() => histogram.add(seconds)).toThrow(expect.objectContaining({ code: "invalid_input" }));
    expectSame(histogram, histogramOf([1, 2]));
  });
});

describe("as JSON", () => {
  test("a histogram comes back the same and goes on counting", () => {
    fc.assert(
      fc.property(latencies, latencies, (before, after) => {
        const original = histogramOf(before);
        const restored = LatencyHistogram.fromJSON(JSON.parse(JSON.stringify(original)));
        expect(restored.toJSON()).toEqual(original.toJSON());
        for (const value of after) restored.add(value);
        expectSame(restored, histogramOf([...before, ...after]));
      }),
      { seed: 8 },
    );
  });

  test("only occupied bins are listed, under DDSketch's own indices", () => {
    expect(histogramOf([1, 1]).toJSON()).toEqual({
      relativeError: 0.01,
      bins: [[0, 2]],
      sum: 2,
      min: 1,
      max: 1,
    });
  });

  const valid = histogramOf([0.5, 1, 2]).toJSON();
  test.each([
    ["no document", null, "document: "],
    ["another accuracy", { ...valid, relativeError: 0.02 }, "relativeError: "],
    ["an unknown key", { ...valid, p95: 1 }, "p95"],
    ["an index out of range", { ...valid, bins: [[9999, 1]] }, "bins.0.0: "],
    ["a count of 0", { ...valid, bins: [[0, 0]] }, "bins.0.1: "],
    ["bins out of order", { ...valid, bins: [...valid.bins].reverse() }, "bins: expected ascending"],
    [
      "the same bin twice",
      { ...valid, bins: [...valid.bins, valid.bins.at(-1)!] },
      "bins: expected ascending",
    ],
    ["a minimum of another bin", { ...valid, min: 0.1 }, "min: expected seconds within bin"],
    ["a maximum of another bin", { ...valid, max: 3 }, "max: expected seconds within bin"],
    ["no sum", { ...valid, sum: undefined }, "sum: "],
    ["a negative sum", { ...valid, sum: -1 }, "sum: "],
    ["a minimum of nothing", { ...valid, bins: [] }, "bins: expected bins"],
  ])("%s is refused, saying where", (_, json, where) => {
    expect(() => LatencyHistogram.fromJSON(json)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(where) }),
    );
  });

  test("every fault is listed at once", () => {
    expect(() => LatencyHistogram.fromJSON({ ...valid, min: 0.1, max: 3 })).toThrow(/min: .*; max: /);
  });
});
