import { describe, expect, test } from "vitest";
import type { Unit } from "./node-conduct.ts";
import { signsOf } from "./sign.ts";

/** Three of twelve failed, four were retried, and every time is another. */
const units = Array.from({ length: 12 }, (_, at): Unit => {
  const conduct = { failed: at % 4 === 0, retried: at % 3 === 1, ownMs: 10 + at };
  return { id: `${at}`, share: 0.5, ...conduct, visits: [{ runId: `${at}`, ...conduct }] };
});

/** All ways to choose which of the units are the candidate's. */
function* splits(candidates: number): Generator<{ baseline: Unit[]; candidate: Unit[] }> {
  for (let chosen = 0; chosen < 2 ** units.length; chosen++) {
    const candidate = units.filter((_, at) => (chosen >> at) & 1);
    if (candidate.length !== candidates) continue;
    yield { candidate, baseline: units.filter((_, at) => !((chosen >> at) & 1)) };
  }
}

describe("evidence of a sign", () => {
  test.each([1, 3, 6, 9])(
    "averages to at most 1 over all ways in which %i of 12 like units can be the candidate's",
    (candidates) => {
      const sums = new Map<string, number>();
      let ways = 0;
      for (const split of splits(candidates)) {
        ways += 1;
        for (const { name, logEvidence } of signsOf(split)) {
          sums.set(name, (sums.get(name) ?? 0) + Math.exp(logEvidence));
        }
      }
      expect([...sums.keys()]).toEqual(["failed", "retried", "slow", "slowest"]);
      for (const sum of sums.values()) {
        expect(sum / ways).toBeLessThanOrEqual(1 + 1e-12);
        expect(sum / ways).toBeGreaterThan(0.01);
      }
    },
  );

  test("leaves out signs that no unit shows", () => {
    const well = units.map((unit) => ({ ...unit, failed: false, retried: false, ownMs: undefined }));
    expect(signsOf({ baseline: well.slice(0, 6), candidate: well.slice(6) })).toEqual([]);
  });

  test("sees what got slower even where a coarse clock knows but two times", () => {
    const at = (ownMs: number, count: number): Unit[] =>
      Array.from({ length: count }, () => ({ ...(units[1] as Unit), ownMs }));
    const signs = signsOf({ baseline: at(0, 50), candidate: [...at(0, 30), ...at(1, 20)] });
    const slow = signs.find(({ name }) => name === "slow");
    expect(slow?.logEvidence).toBeGreaterThan(5);
  });
});
