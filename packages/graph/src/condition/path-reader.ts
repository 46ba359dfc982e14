import type { PathRoot } from "./expression.ts";

/** What a condition may look at: what the source node gave, what it got, and the state of the run. */
export interface ConditionScope {
  readonly outputs: unknown;
  readonly inputs: unknown;
  readonly state: unknown;
}

/** Reads one value of a scope; null where it is missing. */
export type ScopeReader = (scope: ConditionScope) => unknown;

/** One step of a path: a field of an object, or an item of a list where `index` is not negative. */
interface PathStep {
  readonly key: string;
  readonly index: number;
  readonly inheritable: boolean;
}

const listIndex = /^(?:0|[1-9]\d*)$/;

/** A reader of what `keys` lead to below `root`. */
export function pathReader(root: PathRoot, keys: readonly string[]): ScopeReader {
  const [key, ...deeper] = keys;
  if (key !== undefined && deeper.length === 0) {
    const step = pathStep(key);
    return (scope) => readStep(scope[root], step);
  }
  const read = keysReader(keys);
  return (scope) => read(scope[root]);
}

/**
 * A reader of what `keys` lead to below a value: the item of a list at an index (`0`, `12`), the own field of
 * any other object, null where there is none.
 *
 * What is inherited (`constructor`, a class's getters) is out of reach, and so is a list's `length`.
 */
export function keysReader(keys: readonly string[]): (value: unknown) => unknown {
  const steps = keys.map(pathStep);
  const [first, second] = steps;
  if (first === undefined) return (value) => value ?? null;
  if (second === undefined) return (value) => readStep(value, first);
  if (steps.length === 2) return (value) => readStep(readStep(value, first), second);
  return (value) => {
    let reached = value;
    for (const step of steps) reached = readStep(reached, step);
    return reached;
  };
}

function pathStep(key: string): PathStep {
  return { key, index: listIndex.test(key) ? Number(key) : -1, inheritable: key in Object.prototype };
}

function readStep(value: unknown, { key, index, inheritable }: PathStep): unknown {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return index < 0 ? null : (value[index] ?? null);
  const found = (value as Record<string, unknown>)[key] ?? null;
  // Of a plain object, what was found under such a key is its own; asking costs more than reading.
  if (!inheritable && Object.getPrototypeOf(value) === Object.prototype) return found;
  return Object.hasOwn(value, key) ? found : null;
}
