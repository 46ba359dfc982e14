import { requireNumber } from "./argument.ts";

/** The sizes of effect a test looks for, as shifts in log-odds above 0, and the prior weight of each. */
export interface Grid {
  readonly shifts: readonly number[];
  /** Above 0, summing to 1. */
  readonly weights: readonly number[];
}

/**
 * The house grid: ten shifts from odds of 1.2 times the null's to 490 times, weighted equally.
 *
 * Not knowing the size of the effect costs at most log 10 nats against the best of the ten, in practice
 * 0.5 to 1.3, since neighbours add up.
 */
export const defaultGrid: Grid = uniformGrid([0.2, 0.35, 0.6, 0.9, 1.3, 1.8, 2.5, 3.4, 4.6, 6.2]);

/**
 * A grid of these shifts, weighted equally.
 *
 * @throws RangeError if there is no shift or one is not above 0.
 */
export function uniformGrid(shifts: readonly number[]): Grid {
  return checkedGrid({ shifts, weights: shifts.map(() => 1 / shifts.length) });
}

/**
 * A frozen copy of the grid.
 *
 * @throws RangeError if it is empty, its lists differ in length, a shift or weight is not above 0, or the
 * weights do not sum to 1 within 1e-9.
 */
export function checkedGrid({ shifts, weights }: Grid): Grid {
  if (shifts.length === 0 || shifts.length !== weights.length) {
    throw new RangeError(
      `grid: expected as many weights as shifts and at least one, got ${shifts.length} shifts and ${weights.length} weights.`,
    );
  }
  shifts.forEach((shift, j) => requireNumber(`grid: shifts[${j}]`, shift, { above: 0, atMost: 700 }));
  requireWeights("grid: weights", weights);
  return Object.freeze({ shifts: Object.freeze([...shifts]), weights: Object.freeze([...weights]) });
}

/** @throws RangeError if a weight is not above 0 or they do not sum to 1 within 1e-9. */
export function requireWeights(what: string, weights: readonly number[]): readonly number[] {
  weights.forEach((weight, j) => requireNumber(`${what}[${j}]`, weight, { above: 0, atMost: 1 }));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new RangeError(`${what} must sum to 1, got a sum of ${sum}.`);
  return weights;
}
