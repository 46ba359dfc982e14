import { describe, expect, test } from "vitest";
import type { ObservedNode } from "./run-observer.ts";
import { traceCode } from "./trace.ts";
import { Way } from "./way.ts";

const node = (id: string, effects = false): ObservedNode => ({ id, effects });
const nodes = [node("a"), node("b"), node("send", true)];
const good = (index: number): number => traceCode(index, 1, true);

const ids = (way: Way) => way.nodes.map(({ id }) => id);

describe("a way", () => {
  test("leads along the nodes that ended well, however often they were tried, and do not act on the world", () => {
    const path = [good(1), traceCode(0, 2, false), good(2), traceCode(0, 3, true), good(1)];
    expect(ids(new Way(path, nodes))).toEqual(["b", "a", "b"]);
  });

  test("is that of one list of codes of one graph", () => {
    const path = [good(0)];
    const way = new Way(path, nodes);
    expect([way.isOf(path, nodes), way.isOf([...path], nodes), way.isOf(path, [...nodes])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("is the same as that of another version where the ids are", () => {
    const way = new Way([good(0), good(1)], nodes);
    const other = [node("b"), node("new"), node("a")];
    const twin = new Way([good(2), good(0)], other);
    expect([way.isSame(twin), way.isSame(twin)]).toEqual([true, true]);
    expect(way.isSame(new Way([good(2), good(1)], other))).toBe(false);
    expect(way.isSame(new Way([good(2)], other))).toBe(false);
    expect(way.isSame(new Way([good(2), good(0), good(1)], other))).toBe(false);
  });
});
