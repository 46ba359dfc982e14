/** Characters that could steer a terminal or turn the direction of text; JSON leaves them as they are. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unprintable = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A JSON value as one safe line of text; absence is `nothing`. Longer than `limit` characters, it is cut. */
export function valueText(value: unknown, limit = 60): string {
  return cut(printable(value), limit);
}

/**
 * Two values as text. Where both are long and begin alike, the part they share is left out, so that what
 * differs can be seen.
 */
export function valueTexts(before: unknown, after: unknown, limit = 60): readonly [string, string] {
  const [left, right] = [printable(before), printable(after)];
  const longest = Math.max(left.length, right.length);
  if (longest <= limit) return [left, right];
  const skipped = Math.min(sharedLength(left, right) - Math.floor(limit / 4), longest - limit);
  if (skipped <= 0) return [cut(left, limit), cut(right, limit)];
  return [cut(`…${left.slice(skipped)}`, limit), cut(`…${right.slice(skipped)}`, limit)];
}

/** A name as it is where it is plain, else quoted. */
export function nameText(name: string): string {
  return /^[\w.:/-]+$/.test(name) ? name : printable(name);
}

function printable(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  // Only callers that were not checked yet pass what JSON does not know.
  const text = jsonOf(value) ?? `a ${typeof value}`;
  return text.replaceAll(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Undefined for what is not JSON, also deep within: a bigint, a circle. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function sharedLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
