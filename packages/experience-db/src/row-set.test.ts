import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newestInAll, RowSet } from "./row-set.ts";

const row = fc.integer({ min: 0, max: 5_000 });
const edits = fc.array(fc.record({ row, add: fc.boolean() }), { maxLength: 300 });

test("says the same as a set of numbers, intersected, in falling order", () => {
  fc.assert(
    fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), (groups) => {
      const pairs = groups.map((group) => {
        const rows = new RowSet();
        const model = new Set<number>();
        for (const { row, add } of group) {
          if (add) rows.add(row);
          else rows.delete(row);
          if (add) model.add(row);
          else model.delete(row);
        }
        return { rows, model };
      });
      const [first, ...others] = pairs.map(({ model }) => model);
      const expected = [...(first ?? [])]
        .filter((row) => others.every((other) => other.has(row)))
        .sort((a, b) => b - a);
      const sets = pairs.map(({ rows }) => rows);
      expect(newestInAll(sets)).toEqual(expected);
      expect(newestInAll(sets, 3)).toEqual(expected.slice(0, 3));
      for (const { rows, model } of pairs) {
        expect(rows.size).toBe(model.size);
        expect(new RowSet(rows.copyChunks()).size).toBe(model.size);
      }
    }),
    { seed: 1 },
  );
});
