import { z } from "zod";
import type { Identified } from "./element-positions.ts";
import { longestIncreasing } from "./longest-increasing.ts";
import { diffValues, ValueChange } from "./value-diff.ts";

const position = z.int().nonnegative();
const id = z.string().min(1);

/** Schema of the difference between two lists whose elements have ids; positions count from 0. */
export function listDiff<S extends z.ZodType>(element: S) {
  const placed = z.array(z.strictObject({ position, element }).readonly()).readonly();
  return z
    .strictObject({
      /** With their positions in the new list, ascending. */
      added: placed,
      /** With their positions in the old list, ascending. */
      removed: placed,
      /** Elements of both lists that are elsewhere among the others now. */
      moved: z.array(z.strictObject({ id, from: position, to: position }).readonly()).readonly(),
      /** Elements of both lists whose content is different. */
      modified: z
        .array(z.strictObject({ id, changes: z.array(ValueChange).min(1).readonly() }).readonly())
        .readonly(),
    })
    .readonly();
}

/** The difference between two lists of elements with ids. */
export type ListDiff<T> = z.infer<ReturnType<typeof listDiff<z.ZodType<T>>>>;

/**
 * The difference between two lists in which no id repeats. O(n), and for what stands at both ends alike hardly
 * more than a look at each element.
 */
export function diffLists<T extends Identified>(before: readonly T[], after: readonly T[]): ListDiff<T> {
  if (before === after) return { added: [], removed: [], moved: [], modified: [] };
  // Copies by spread: elements of frozen arrays are several times slower to read.
  const [old, now] = [[...before], [...after]];
  const head = commonStart(old, now);
  const tail = commonEnd(old, now, head.length);
  const oldPlaces = middlePlaces(before, head.length, tail.length);
  const newPlaces = middlePlaces(after, head.length, tail.length);
  const common = [...oldPlaces].flatMap(([id, from]) => {
    const to = newPlaces.get(id);
    return to === undefined ? [] : [{ id, from, to }];
  });
  const kept = longestIncreasing(common.map(({ to }) => to));
  const pairs = [
    ...head.pairs,
    ...common.map(({ from, to }) => pairOf(before[from], after[to])),
    ...tail.pairs,
  ];
  return {
    added: elementsMissingIn(oldPlaces, { list: after, places: newPlaces }),
    removed: elementsMissingIn(newPlaces, { list: before, places: oldPlaces }),
    moved: common.filter((_, at) => !kept.has(at)),
    modified: pairs.flatMap(([old, now]) => {
      const changes = diffValues(old, now);
      return changes.length === 0 ? [] : [{ id: now.id, changes }];
    }),
  };
}

/** Elements that have the same ids in both lists: how many, and those that are not the same object. */
interface Stretch<T> {
  readonly length: number;
  readonly pairs: readonly (readonly [T, T])[];
}

// These two loops look at every element of a large spec, so they do nothing else.
function commonStart<T extends Identified>(before: readonly T[], after: readonly T[]): Stretch<T> {
  const pairs: [T, T][] = [];
  const limit = Math.min(before.length, after.length);
  let length = 0;
  for (; length < limit; length += 1) {
    const old = before[length] as T;
    const now = after[length] as T;
    if (old === now) continue;
    if (old.id !== now.id) break;
    pairs.push([old, now]);
  }
  return { length, pairs };
}

function commonEnd<T extends Identified>(
  before: readonly T[],
  after: readonly T[],
  start: number,
): Stretch<T> {
  const pairs: [T, T][] = [];
  const limit = Math.min(before.length, after.length) - start;
  let length = 0;
  for (; length < limit; length += 1) {
    const old = before[before.length - 1 - length] as T;
    const now = after[after.length - 1 - length] as T;
    if (old === now) continue;
    if (old.id !== now.id) break;
    pairs.push([old, now]);
  }
  return { length, pairs: pairs.reverse() };
}

function pairOf<T>(old: T | undefined, now: T | undefined): readonly [T, T] {
  return [old as T, now as T];
}

type Places = ReadonlyMap<string, number>;

function middlePlaces(list: readonly Identified[], head: number, tail: number): Places {
  const places = new Map<string, number>();
  for (let at = head; at < list.length - tail; at += 1) places.set((list[at] as Identified).id, at);
  return places;
}

function elementsMissingIn<T>(
  others: Places,
  { list, places }: { readonly list: readonly T[]; readonly places: Places },
): { readonly position: number; readonly element: T }[] {
  return [...places]
    .filter(([id]) => !others.has(id))
    .map(([, position]) => ({ position, element: list[position] as T }));
}
