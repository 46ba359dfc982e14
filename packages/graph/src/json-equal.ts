/** Deeper than any document; ends the comparison of values that contain themselves. */
const maxDepth = 500;

/**
 * Whether two values are the same JSON value, without conversion. Order of keys does not matter; a key whose
 * value is undefined is as good as absent.
 *
 * What JSON does not know (a date, a map, NaN) is equal only to itself, NaN not even that. Values nested deeper
 * than 500 levels, such as those that contain themselves, count as different.
 */
export function jsonEqual(left: unknown, right: unknown): boolean {
  return left === right || equalObjects(left, right, maxDepth);
}

function equalObjects(left: unknown, right: unknown, depth: number): boolean {
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null || depth === 0) return false;
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right, depth);
  if (Array.isArray(right)) return false;
  if (isPlain(left) && isPlain(right)) return equalPlain(left, right, depth);
  if (!isRecord(left) || !isRecord(right)) return false;
  return equalRecords(left, right, depth);
}

function equalLists(left: readonly unknown[], right: readonly unknown[], depth: number): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i += 1) {
    if (left[i] !== right[i] && !equalObjects(left[i], right[i], depth - 1)) return false;
  }
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function equalRecords(left: Fields, right: Fields, depth: number): boolean {
  let count = 0;
  for (const key in left) {
    const value = left[key];
    if (value === undefined || !Object.hasOwn(left, key)) continue;
    if (!Object.hasOwn(right, key)) return false;
    if (value !== right[key] && !equalObjects(value, right[key], depth - 1)) return false;
    count += 1;
  }
  for (const key in right) if (right[key] !== undefined && Object.hasOwn(right, key)) count -= 1;
  return count === 0;
}

/** The same for objects that inherit nothing enumerable, as nearly all do: whose keys are, is asked only in doubt. */
function equalPlain(left: Fields, right: Fields, depth: number): boolean {
  let count = 0;
  for (const key in left) {
    const value = left[key];
    if (value === undefined) continue;
    const other = right[key];
    if (typeof other === "function" && !Object.hasOwn(right, key)) return false;
    if (value !== other && !equalObjects(value, other, depth - 1)) return false;
    count += 1;
  }
  for (const key in right) if (right[key] !== undefined) count -= 1;
  return count === 0;
}

/** Read off its constructor, which is quicker than to ask for the prototype. */
function isPlain(value: object): value is Fields {
  return value.constructor === Object;
}

/** Plain objects and instances of classes, but not dates, maps, promises and their like. */
function isRecord(value: object): value is Fields {
  return isPlain(value) || Object.prototype.toString.call(value) === "[object Object]";
}
