import { jsonEqual } from "./json-equal.ts";
import type { NodeOutput } from "./observed-run.ts";
import { sameOutput } from "./same-output.ts";

/** What a recorded run's path does not tell of: what was done in the world, and the nodes of runs within its nodes. */
export interface Aside extends NodeOutput {
  /** So many nodes of the path had given something before. */
  readonly place: number;
}

/** Puts the asides where they belong among what the nodes of the path gave. */
export function withAsides(outputs: readonly NodeOutput[], asides: readonly Aside[]): readonly NodeOutput[] {
  const merged = asides.flatMap(({ place, ...aside }, at) => [
    ...outputs.slice(asides[at - 1]?.place ?? 0, place),
    aside,
  ]);
  return [...merged, ...outputs.slice(asides.at(-1)?.place ?? 0)];
}

/** Whether both tell of the same at the same places; acts are told by what was to be done. */
export function sameAsides(left: readonly Aside[], right: readonly Aside[]): boolean {
  return left.length === right.length && left.every((aside, at) => isSame(aside, right[at] as Aside));
}

function isSame(left: Aside, right: Aside): boolean {
  if (left.place !== right.place || left.nodeId !== right.nodeId || left.effects !== right.effects)
    return false;
  return left.effects ? jsonEqual(left.inputs, right.inputs) : sameOutput(left.output, right.output);
}
