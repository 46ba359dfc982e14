import type { JsonValue } from "@spark/graph";
import { Immer } from "immer";

/** Freezing is left to the version that is made of the result: it alone knows what is frozen already. */
const immer = new Immer({ autoFreeze: false });

type Path = readonly (string | number)[];
type Container = Record<string | number, unknown>;

/** One assignment inside a JSON object; without `newValue` the key is taken out. */
export interface Assignment {
  readonly path: Path;
  readonly newValue?: JsonValue;
}

/** What is at a path, by own keys and list positions only; undefined where there is nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  let here = root;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    if (Array.isArray(here) && !isPosition(key)) return undefined;
    here = (here as Container)[key];
  }
  return here;
}

/** True for the position of an element in a list, as a number or as digits. */
export function isPosition(key: string | number): boolean {
  return /^(?:0|[1-9]\d*)$/.test(String(key));
}

/**
 * The object with the assignments made, in order; everything beside their paths is shared with `root`, which
 * stays as it is. Objects that are missing on the way are made. The caller has checked that the paths lead
 * through objects and existing list positions.
 */
export function assigned<T extends object>(root: T, assignments: readonly Assignment[]): T {
  return immer.produce(root as object, (draft) => {
    for (const assignment of assignments) assign(draft as Container, assignment);
  }) as T;
}

function assign(root: Container, { path, newValue }: Assignment): void {
  let here = root;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(here, key)) here[key] = {};
    here = here[key] as Container;
  }
  const last = path.at(-1) as string | number;
  if (newValue === undefined) delete here[last];
  else here[last] = newValue;
}
