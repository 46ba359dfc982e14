import { expect, test } from "vitest";
import { bothUnhealthy } from "./both-unhealthy.ts";

const bad = { failures: 60, runs: 100 };
const worse = { failures: 30, runs: 40 };

test.each([
  ["the one that fails less", { baseline: worse, candidate: bad, candidateShownWorse: false }, "candidate"],
  [
    "the baseline where it fails less",
    { baseline: bad, candidate: worse, candidateShownWorse: false },
    "baseline",
  ],
  ["the baseline on a tie", { baseline: bad, candidate: bad, candidateShownWorse: false }, "baseline"],
  [
    "the baseline where the candidate is shown to be worse, whatever the rates",
    { baseline: worse, candidate: bad, candidateShownWorse: true },
    "baseline",
  ],
] as const)("of two failing versions serves on %s", (_, seen, better) => {
  expect(bothUnhealthy({ floor: 0.7, ...seen }).better).toBe(better);
});

test("the reason names the floor and both rates with their counts", () => {
  const { reason } = bothUnhealthy({
    floor: 0.7,
    baseline: worse,
    candidate: bad,
    candidateShownWorse: false,
  });
  expect(reason).toBe(
    "both versions are below the success rate of 70 %: the candidate fails in 60 % (60 of 100 runs), " +
      "the baseline alongside in 75 % (30 of 40 runs); the candidate serves all until a person decides, " +
      "since it has failed less",
  );
});
