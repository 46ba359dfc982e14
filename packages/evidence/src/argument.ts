/** Where a number must lie, and what the caller can do when it does not. */
export interface NumberRange {
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly atMost?: number;
  /** One sentence, appended to the error. */
  readonly advice?: string;
}

/**
 * Gives the number back, or refuses it: a number is finite and inside its range.
 *
 * `what` names call and argument, as in `"attribution: ratio"`.
 * @throws TypeError if the value is no number, RangeError if it is NaN, infinite or outside.
 */
export function requireNumber(what: string, value: number, range: NumberRange): number {
  if (typeof value !== "number") {
    throw new TypeError(`${what} must be ${describe(range)}, got ${shown(value)}.${advice(range)}`);
  }
  const { above = -Infinity, atLeast = -Infinity, below = Infinity, atMost = Infinity } = range;
  if (!(Number.isFinite(value) && value > above && value >= atLeast && value < below && value <= atMost)) {
    throw new RangeError(`${what} must be ${describe(range)}, got ${value}.${advice(range)}`);
  }
  return value;
}

/**
 * Gives the count back, or refuses it: a count is an integer from 0 to 2^53 - 1.
 *
 * @throws TypeError if the value is no number, RangeError if it is no such integer.
 */
export function requireCount(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  const Fault = typeof value === "number" ? RangeError : TypeError;
  throw new Fault(`${what} must be an integer from 0 to 2^53 - 1, got ${shown(value)}.`);
}

/**
 * Gives the list back, or refuses it: at least `atLeast` finite numbers.
 *
 * @throws RangeError naming the first entry that does not fit, or the length.
 */
export function requireSample(what: string, values: readonly number[], atLeast: number): readonly number[] {
  if (values.length < atLeast) {
    throw new RangeError(`${what} must hold at least ${atLeast} values, got ${values.length}.`);
  }
  const fault = values.findIndex((value) => !Number.isFinite(value));
  if (fault !== -1)
    throw new RangeError(`${what}[${fault}] must be a finite number, got ${shown(values[fault])}.`);
  return values;
}

function describe({ above, atLeast, below, atMost }: NumberRange): string {
  const bounds = [
    above === undefined ? undefined : `above ${above}`,
    atLeast === undefined ? undefined : `at least ${atLeast}`,
    below === undefined ? undefined : `below ${below}`,
    atMost === undefined ? undefined : `at most ${atMost}`,
  ].filter((bound) => bound !== undefined);
  return ["a finite number", bounds.join(" and ")].join(" ").trimEnd();
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function advice(range: NumberRange): string {
  return range.advice === undefined ? "" : ` ${range.advice}`;
}
