import { describe, expect, test } from "vitest";
import { bucketOf, saltSeed } from "./bucket.ts";

const keys = 1_000_000;
const shares = [0.01, 0.05, 0.1, 0.25, 0.5];

describe("the buckets of a million keys", () => {
  const seed = saltSeed("rollout-1");
  const buckets = Float64Array.from({ length: keys }, (_, n) => bucketOf(seed, `user-${n}`));

  test.each(shares)("give a share of %f to within 0.2 points", (share) => {
    let below = 0;
    for (const bucket of buckets) if (bucket < share) below += 1;
    expect(Math.abs(below / keys - share)).toBeLessThan(0.002);
  });

  test("take no key back when the share grows, and are the same when asked again", () => {
    let moved = 0;
    for (let n = 0; n < keys; n += 1) {
      if (bucketOf(seed, `user-${n}`) !== buckets[n]) moved += 1;
    }
    expect(moved).toBe(0);
  });

  test("are independent of those of another salt: chi-square over 10 x 10 cells, p > .001", () => {
    const other = saltSeed("rollout-2");
    const cells = new Float64Array(100);
    for (let n = 0; n < keys; n += 1) {
      const row = Math.floor((buckets[n] as number) * 10);
      const cell = row * 10 + Math.floor(bucketOf(other, `user-${n}`) * 10);
      cells[cell] = (cells[cell] as number) + 1;
    }
    const sum = (of: (at: number) => boolean): number =>
      cells.reduce((total, count, at) => (of(at) ? total + count : total), 0);
    const rows = Array.from({ length: 10 }, (_, row) => sum((at) => Math.floor(at / 10) === row));
    const columns = Array.from({ length: 10 }, (_, column) => sum((at) => at % 10 === column));
    const chiSquare = cells.reduce((total, count, at) => {
      const expected = ((rows[Math.floor(at / 10)] as number) * (columns[at % 10] as number)) / keys;
      return total + (count - expected) ** 2 / expected;
    }, 0);
    // The 99.9 % quantile of chi-square with 81 degrees of freedom.
    expect(chiSquare).toBeLessThan(126.08);
  });
});
