import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binCount, binOf, binValue, relativeError, upperEdge } from "./log-bins.ts";

const gamma = (1 + relativeError) / (1 - relativeError);

/** The next double above or below a positive one. */
function neighbour(value: number, step: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + step);
  return view.getFloat64(0);
}

describe("the bins", () => {
  test("hold their upper edge and nothing above it, at every edge", () => {
    for (let bin = 0; bin < binCount - 1; bin += 1) {
      const edge = upperEdge(bin);
      expect([binOf(neighbour(edge, -1n)), binOf(edge), binOf(neighbour(edge, 1n))]).toEqual([
        bin,
        bin,
        bin + 1,
      ]);
    }
  });

  test("grow by gamma from below 1 µs to above 10,000 s", () => {
    expect(upperEdge(0)).toBeLessThanOrEqual(1e-6);
    expect(upperEdge(1)).toBeGreaterThan(1e-6);
    expect(upperEdge(binCount - 2)).toBeGreaterThanOrEqual(10_000);
    expect(upperEdge(binCount - 3)).toBeLessThan(10_000);
    expect(upperEdge(binCount - 1)).toBe(Infinity);
    for (let bin = 1; bin < binCount - 1; bin += 1) {
      expect(upperEdge(bin) / upperEdge(bin - 1)).toBeCloseTo(gamma, 12);
    }
  });

  test("find the bin whose edges enclose the value, and stand for it within 1 %", () => {
    const withinRange = fc.double({ min: 1e-6, max: 10_000, noNaN: true });
    const logUniform = fc.double({ min: -6, max: 4, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(fc.oneof(withinRange, logUniform), (seconds) => {
        const bin = binOf(seconds);
        expect(seconds).toBeGreaterThan(upperEdge(bin - 1));
        expect(seconds).toBeLessThanOrEqual(upperEdge(bin));
        expect(Math.abs(binValue(bin) / seconds - 1)).toBeLessThanOrEqual(relativeError + 1e-12);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test("take everything finite at or above 0 into the first or last bin", () => {
    expect([0, -0, Number.MIN_VALUE, 1e-300, 1e-7].map(binOf)).toEqual([0, 0, 0, 0, 0]);
    expect([20_000, 1e300, Number.MAX_VALUE].map(binOf)).toEqual(Array(3).fill(binCount - 1));
  });

  test.each([NaN, Infinity, -Infinity, -1, -1e-9, -Number.MIN_VALUE])("refuse %d seconds", (seconds) => {
    expect(() => binOf(seconds)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(`got ${seconds}`) }),
    );
  });
});
