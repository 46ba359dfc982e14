import * as fc from "fast-check";
import { expect, test } from "vitest";
import { longestIncreasing } from "./longest-increasing.ts";

function longestByTrying(values: readonly number[]): number {
  const best = values.map(() => 1);
  values.forEach((value, at) => {
    for (let earlier = 0; earlier < at; earlier += 1) {
      if ((values[earlier] as number) < value)
        best[at] = Math.max(best[at] as number, (best[earlier] as number) + 1);
    }
  });
  return Math.max(0, ...best);
}

test("what stays increases, and nothing longer would", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(100), { maxLength: 30 }), (values) => {
      const kept = longestIncreasing(values);
      const sequence = values.filter((_, at) => kept.has(at));
      expect(sequence).toEqual(sequence.toSorted((a, b) => a - b));
      expect(sequence).toHaveLength(longestByTrying(values));
    }),
  );
});
