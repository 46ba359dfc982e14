/** Inputs with more objects than this are copied by the engine's own way, which is quicker then. */
const mostObjects = 16;

/**
 * A copy that shares nothing with the original. Small plain values, which most inputs are, are copied by hand, ten
 * times as quick; everything else by `structuredClone`. Throws what that throws for what cannot be copied.
 */
export function copyInput(input: unknown): unknown {
  const copy = isObject(input) ? copyObject(input, [input]) : copyPlain(input, []);
  return copy === notPlain ? structuredClone(input) : copy;
}

const notPlain = Symbol("not plain");

function copyPlain(value: unknown, seen: object[]): unknown {
  if (typeof value === "function" || typeof value === "symbol") return notPlain;
  if (!isObject(value)) return value;
  if (seen.length >= mostObjects || seen.includes(value)) return notPlain;
  seen.push(value);
  return copyObject(value, seen);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** `seen` holds it and the objects before it: one that comes a second time is left to those who keep identities. */
function copyObject(value: object, seen: object[]): unknown {
  if (Array.isArray(value)) return copyList(value, seen);
  return value.constructor === Object
    ? copyRecord(value as Readonly<Record<string, unknown>>, seen)
    : notPlain;
}

function copyList(list: readonly unknown[], seen: object[]): unknown {
  const copy: unknown[] = [];
  // A list with holes or with properties of its own is not plain.
  if (Object.keys(list).length !== list.length) return notPlain;
  for (const item of list) {
    const copied = copyPlain(item, seen);
    if (copied === notPlain) return notPlain;
    copy.push(copied);
  }
  return copy;
}

function copyRecord(record: Readonly<Record<string, unknown>>, seen: object[]): unknown {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    const copied = key === "__proto__" ? notPlain : copyPlain(record[key], seen);
    if (copied === notPlain) return notPlain;
    copy[key] = copied;
  }
  return copy;
}
