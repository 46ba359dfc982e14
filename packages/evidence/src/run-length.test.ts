import { describe, expect, test } from "vitest";
import { runLengthLimit, runLengthProbability, runLengthWait } from "./run-length.ts";

const near = (actual: number, golden: number): void =>
  expect(Math.abs(actual / golden - 1)).toBeLessThan(1e-12);

describe("runLengthProbability", () => {
  test.each([
    { failureRate: 0.5, length: 3, runs: 10, golden: 0.5078125 },
    { failureRate: 0.1, length: 3, runs: 100, golden: 0.08476518006117928 },
    { failureRate: 0.02, length: 2, runs: 1000, golden: 0.32429580881537534 },
  ])(
    "at a rate of $failureRate, $length in a row within $runs runs",
    ({ failureRate, length, runs, golden }) => {
      near(runLengthProbability({ failureRate, length, runs }), golden);
    },
  );

  test("agrees with counting all sequences", () => {
    for (const length of [1, 2, 3, 4]) {
      let probability = 0;
      for (let sequence = 0; sequence < 2 ** 12; sequence++) {
        const outcomes = sequence.toString(2).padStart(12, "0");
        const failures = outcomes.replaceAll("0", "").length;
        if (outcomes.includes("1".repeat(length))) probability += 0.3 ** failures * 0.7 ** (12 - failures);
      }
      near(runLengthProbability({ failureRate: 0.3, length, runs: 12 }), probability);
    }
  });

  test("is 0 while the runs are too few, and never above 1", () => {
    expect(runLengthProbability({ failureRate: 0.5, length: 5, runs: 4 })).toBe(0);
    expect(runLengthProbability({ failureRate: 0.9, length: 2, runs: 100_000 })).toBeLessThanOrEqual(1);
  });

  test("refuses a rate of 1 and a length of 0", () => {
    expect(() => runLengthProbability({ failureRate: 1, length: 3, runs: 10 })).toThrow("failureRate");
    expect(() => runLengthProbability({ failureRate: 0.1, length: 0, runs: 10 })).toThrow("length");
  });
});

test("the mean wait for a run of failures is the golden one", () => {
  near(runLengthWait({ failureRate: 0.5, length: 3 }), 14);
  near(runLengthWait({ failureRate: 0.05, length: 3 }), 8420);
});

describe("runLengthLimit", () => {
  test.each([
    [0.015, [3, 3, 3, 4, 4, 5]],
    [0.03, [3, 4, 4, 5, 5, 5]],
    [0.05, [4, 5, 5, 5, 5, 6]],
    [0.075, [4, 5, 5, 6, 6, 7]],
    [0.15, [6, 7, 7, 8, 8, 9]],
    [0.3, [9, 11, 11, 13, 13, 15]],
    [0.45, [13, 15, 16, 18, 18, 21]],
  ])(
    "at a rate of %d is the table's for 300, 3,000 and 30,000 runs at 1 % and 0.1 %",
    (failureRate, table) => {
      const limits = [300, 3000, 30_000].flatMap((runs) =>
        [0.01, 0.001].map((risk) => runLengthLimit({ failureRate, runs, risk })),
      );
      expect(limits).toEqual(table);
    },
  );

  test("keeps the exact probability within the risk, and one less would not", () => {
    for (const failureRate of [0.02, 0.1, 0.3, 0.7]) {
      const limit = runLengthLimit({ failureRate, runs: 2000, risk: 0.005 });
      const exact = (length: number) => runLengthProbability({ failureRate, length, runs: 2000 });
      expect(exact(limit)).toBeLessThanOrEqual(0.005);
      expect(exact(limit - 1)).toBeGreaterThan(0.005);
    }
  });

  test("is beyond the runs where no run of failures would be rare enough, and 1 where none may happen", () => {
    expect(runLengthLimit({ failureRate: 0.999, runs: 10, risk: 0.01 })).toBe(11);
    expect(runLengthLimit({ failureRate: 0, runs: 1_000_000_000, risk: 0.01 })).toBe(1);
  });
});
