import type { PlacedFault, Place } from "./spec-fault.ts";

/** How deep a document may be nested. */
const maxDepth = 200;

interface Visit {
  readonly value: object;
  readonly depth: number;
  readonly key?: string | number;
  readonly parent?: Visit;
}

/**
 * What must be refused before a schema looks at a value: nesting beyond 200 levels, which is also how a value
 * that contains itself shows, and the key `__proto__`, which schemas drop without a word.
 */
export function jsonHazards(root: unknown): readonly PlacedFault[] {
  const faults: PlacedFault[] = [];
  const visits: Visit[] = isObject(root) ? [{ value: root, depth: 0 }] : [];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    // At once: a value that contains itself twice would take for ever.
    if (visit.depth > maxDepth) return [...faults, fault(visit, tooDeep)];
    const depth = visit.depth + 1;
    for (const [key, value] of Array.isArray(visit.value)
      ? visit.value.entries()
      : Object.entries(visit.value)) {
      if (key === "__proto__") faults.push(fault(visit, protoKey));
      else if (isObject(value)) visits.push({ value, depth, key, parent: visit });
    }
  }
  return faults;
}

const tooDeep = `nested deeper than ${maxDepth} levels, or contains itself`;
const protoKey = "the key __proto__ is not accepted; rename it";

function fault(visit: Visit, message: string): PlacedFault {
  return { code: "invalid_value", place: placeOf(visit), message };
}

function placeOf({ key, parent }: Visit): Place {
  return parent && key !== undefined ? [...placeOf(parent), key] : [];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
