/** A node or an edge, as far as lists of them are concerned. */
export interface Identified {
  readonly id: string;
}

/** Where in a list each id stands. */
export type Positions = ReadonlyMap<string, number>;

const known = new WeakMap<readonly Identified[], Positions>();

/**
 * Where each id of a list stands. O(n) the first time and O(1) from then on; meant for the lists of a
 * version's spec, which never change.
 */
export function positionsOf(list: readonly Identified[]): Positions {
  const found = known.get(list);
  if (found !== undefined) return found;
  const positions = new Map(list.map(({ id }, position) => [id, position]));
  if (Object.isFrozen(list)) known.set(list, positions);
  return positions;
}

/** Lets a list that has the same ids at the same places use the positions of another. */
export function sharePositions(from: readonly Identified[], to: readonly Identified[]): void {
  const positions = known.get(from);
  if (positions !== undefined && Object.isFrozen(to)) known.set(to, positions);
}
