import { expect, test } from "vitest";
import { KnownPaths } from "./known-paths.ts";

test("runs that took the same way share one list of it", () => {
  const paths = new KnownPaths();
  const first = paths.shared([1, 2, 3, 7], 3);
  expect(paths.shared([1, 2, 3, 7], 3)).toBe(first);
  expect(paths.shared([1, 2, 7], 2)).toEqual([1, 2]);
  expect(paths.shared([1, 2, 4, 7], 3)).toEqual([1, 2, 4]);
  expect(paths.shared([1, 2, 3, 7], 3)).toBe(first);
});

test("the oldest way is forgotten when there are too many", () => {
  const paths = new KnownPaths();
  const first = paths.shared([0, 7], 1);
  for (let at = 1; at <= 16; at += 1) paths.shared([at, 7], 1);
  expect(paths.shared([0, 7], 1)).toEqual([0]);
  expect(paths.shared([0, 7], 1)).not.toBe(first);
});
