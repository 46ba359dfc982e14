import { SparkError } from "./spark-error.ts";

/**
 * The one text of a JSON value: keys in the order of their UTF-16 code units, no white space, numbers and
 * strings as `JSON.stringify` writes them (so `-0` is `0`, and a lone surrogate is escaped), as in RFC 8785.
 * A key whose value is undefined is as good as absent. Text is not normalised: two spellings of `é` differ.
 *
 * @throws SparkError `invalid_input` for what JSON does not know.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? canonicalList(value) : canonicalRecord(value as Record<string, unknown>);
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  throw new SparkError(
    "invalid_input",
    `Expected a JSON value, got ${typeof value === "number" ? value : typeof value}.`,
  );
}

function canonicalList(list: readonly unknown[]): string {
  return `[${list.map(canonicalJson).join(",")}]`;
}

function canonicalRecord(record: Readonly<Record<string, unknown>>): string {
  const fields = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${fields.join(",")}}`;
}
