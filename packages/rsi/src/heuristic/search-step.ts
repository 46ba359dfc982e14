import type { JsonSchema } from "../contracts/json-schema.ts";

export type Direction = "lower" | "higher";

/** Beyond this ratio between value and bound, steps are factors instead of differences. */
const factorFrom = 16;

/**
 * Values to try next, the boldest first: half and a quarter of the way to the bound of the schema, as a factor
 * where the way spans orders of magnitude. Without a bound, half and three quarters of the value, or its double
 * and one and a half. Never the current value, never beyond the bound, never more than two digits that matter.
 */
export function nextValues(current: number, direction: Direction, schema: JsonSchema): readonly number[] {
  const isInteger = schema.type === "integer";
  const bound = boundOf(schema, direction) ?? openBound(current, direction);
  const steps = isFarAway(current, bound)
    ? [0.5, 0.25].map((share) => current * factorTo(current, bound) ** share)
    : [0.5, 0.25].map((share) => current + (bound - current) * share);
  const isBetween = (value: number): boolean =>
    direction === "lower" ? value < current && value >= bound : value > current && value <= bound;
  return [...new Set(steps.map((value) => rounded(value, { isInteger, direction })))].filter(isBetween);
}

function boundOf(schema: JsonSchema, direction: Direction): number | undefined {
  const bound =
    direction === "lower"
      ? (schema.minimum ?? schema.exclusiveMinimum)
      : (schema.maximum ?? schema.exclusiveMaximum);
  // An integer schema without bounds says the largest safe integers.
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}

function openBound(current: number, direction: Direction): number {
  if (current === 0) return direction === "lower" ? -1 : 1;
  return (direction === "lower") === current > 0 ? 0 : current * 3;
}

function isFarAway(current: number, bound: number): boolean {
  const ratio = factorTo(current, bound);
  return ratio > 0 && (ratio >= factorFrom || ratio <= 1 / factorFrom);
}

/** What the value is multiplied by to reach the bound; a bound of 0 counts as two factors away. */
function factorTo(current: number, bound: number): number {
  return bound === 0 ? 1 / factorFrom ** 2 : bound / current;
}

function rounded(
  value: number,
  { isInteger, direction }: { readonly isInteger: boolean; readonly direction: Direction },
): number {
  const plain = Number(value.toPrecision(2));
  if (!isInteger) return plain;
  return direction === "lower" ? Math.floor(plain) : Math.ceil(plain);
}
