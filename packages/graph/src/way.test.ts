import { describe, expect, test } from "vitest";
import type { ObservedNode } from "./run-observer.ts";
import { Way } from "./way.ts";

const node = (id: string): ObservedNode => ({ id, effects: false });
const a = node("a");
const b = node("b");
const c = node("c");

/** The way of a run that starts on another and goes along these nodes. */
function gone(nodes: readonly ObservedNode[], known = new Way()): Way {
  let way = known;
  nodes.forEach((next, place) => {
    if (!way.leads(place, next)) way = way.turned(place, next);
  });
  return way;
}

const ids = (way: Way, length: number) => Array.from({ length }, (_, place) => way.at(place).id);

describe("a way", () => {
  test("is shared by runs that go along the same nodes, and made longer by one that goes on", () => {
    const first = gone([a, b]);
    const second = gone([a, b, c], first);
    expect(second).toBe(first);
    expect(ids(first, 3)).toEqual(["a", "b", "c"]);
  });

  test("stays as it is when a run turns off, which has its own from there", () => {
    const first = gone([a, b, c]);
    const second = gone([a, c], first);
    expect(ids(first, 3)).toEqual(["a", "b", "c"]);
    expect(ids(second, 2)).toEqual(["a", "c"]);
  });

  test("is the same as that of another version if the ids are, as far as is asked", () => {
    const first = gone([a, b, c]);
    const other = gone([node("a"), node("b"), node("d")]);
    expect(first.isSame(other, 2)).toBe(true);
    expect(first.isSame(other, 2)).toBe(true);
    expect(first.isSame(other, 3)).toBe(false);
    expect(first.isSame(gone([node("a"), node("x")]), 2)).toBe(false);
  });
});
