import { requireNumber, requireSample } from "../argument.ts";
import { studentQuantile, studentTwoSidedTail } from "../distributions.ts";
import type { Interval } from "../interval.ts";
import { type FixedSample, fixedSample } from "./fixed-sample.ts";

/** Two means compared. `difference` is the mean of `a` minus that of `b`, in the unit of the values. */
export type WelchResult =
  | {
      readonly validity: FixedSample;
      readonly defined: true;
      readonly difference: number;
      readonly t: number;
      readonly degreesOfFreedom: number;
      /** Two-sided. */
      readonly pValue: number;
      /** Of the difference. */
      readonly interval: Interval;
    }
  | {
      readonly validity: FixedSample;
      readonly defined: false;
      readonly difference: number;
      readonly reason: string;
    };

/**
 * Compares two means without assuming equal variances (Welch 1947).
 *
 * Not defined when neither sample varies. O(n). `confidence` is above 0 and below 1, by default 0.95.
 * @throws RangeError for a sample of fewer than two values, a value that is not finite, or a bad confidence.
 */
export function welch(
  { a, b }: { readonly a: readonly number[]; readonly b: readonly number[] },
  confidence = 0.95,
): WelchResult {
  requireNumber("welch: confidence", confidence, { above: 0, below: 1 });
  const [first, second] = [momentsOf("welch: a", a), momentsOf("welch: b", b)];
  const difference = first.mean - second.mean;
  const squaredError = first.squaredError + second.squaredError;
  if (squaredError === 0) {
    return { validity: fixedSample, defined: false, difference, reason: "Neither sample varies." };
  }
  const degreesOfFreedom =
    squaredError ** 2 /
    (first.squaredError ** 2 / (a.length - 1) + second.squaredError ** 2 / (b.length - 1));
  const error = Math.sqrt(squaredError);
  const t = difference / error;
  const halfWidth = studentQuantile((1 + confidence) / 2, degreesOfFreedom) * error;
  return {
    validity: fixedSample,
    defined: true,
    difference,
    t,
    degreesOfFreedom,
    pValue: studentTwoSidedTail(t, degreesOfFreedom),
    interval: { lower: difference - halfWidth, upper: difference + halfWidth },
  };
}

function momentsOf(what: string, values: readonly number[]): { mean: number; squaredError: number } {
  requireSample(what, values, 2);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, squaredError: squares / (values.length - 1) / values.length };
}
