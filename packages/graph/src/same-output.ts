import { jsonEqual } from "./json-equal.ts";

/**
 * `jsonEqual` for what nodes give. Flat objects, which most are, are settled by a look of their own: it never sees
 * the shapes of specs and configs, so that the engine compiles it for those of the outputs alone.
 */
export function sameOutput(left: unknown, right: unknown): boolean {
  return left === right || areFlatTwins(left, right) || jsonEqual(left, right);
}

/** Whether both are plain objects with the same keys and the same simple values; false does not say they differ. */
function areFlatTwins(left: unknown, right: unknown): boolean {
  if (!isPlain(left) || !isPlain(right)) return false;
  let more = 0;
  for (const key in left) {
    const value = left[key];
    if (value !== right[key] || value === undefined || typeof value === "function") return false;
    more += 1;
  }
  for (const _ in right) more -= 1;
  return more === 0;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && value.constructor === Object;
}
