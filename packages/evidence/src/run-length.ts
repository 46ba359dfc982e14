import { requireCount, requireNumber } from "./argument.ts";
import { firstInteger } from "./bisect.ts";

/** Failures in a row: how many count, among how many runs, each failing with which probability. */
export interface RunOfFailures {
  /** Above 0 and below 1. */
  readonly failureRate: number;
  /** At least 1. */
  readonly length: number;
  readonly runs: number;
}

/**
 * The probability that `runs` independent runs hold at least one run of `length` failures in a row, exactly.
 *
 * By recursion on the end of the first such run (Feller 1968, XIII.7). O(runs) time, O(length) memory.
 * @throws RangeError for a rate outside (0, 1), a length below 1, or counts that are no integers.
 */
export function runLengthProbability({ failureRate, length, runs }: RunOfFailures): number {
  requireRun("runLengthProbability", failureRate, length);
  requireCount("runLengthProbability: runs", runs);
  if (runs < length) return 0;
  const whole = failureRate ** length;
  const fresh = (1 - failureRate) * whole;
  // seen[m % size] is the probability within the first m runs; a first run that ends at m began after a success.
  const size = length + 1;
  const seen = new Float64Array(size);
  let probability = whole;
  seen[length % size] = probability;
  for (let m = length + 1; m <= runs; m++) {
    probability += fresh * (1 - (seen[(m - length - 1) % size] ?? 0));
    seen[m % size] = probability;
  }
  return probability;
}

/** The mean number of runs until `length` failures came in a row: (1 - p^k) / ((1 - p) p^k). May be Infinity. */
export function runLengthWait({
  failureRate,
  length,
}: Pick<RunOfFailures, "failureRate" | "length">): number {
  requireRun("runLengthWait", failureRate, length);
  const whole = failureRate ** length;
  return (1 - whole) / ((1 - failureRate) * whole);
}

/**
 * The smallest number of failures in a row that stops a rollout falsely with a probability of at most `risk`.
 *
 * `failureRate` is the worst rate still acceptable (0 to below 1), `runs` how many the rollout has, `risk`
 * above 0 and below 1. From the union bound p^k (1 + (n - k)(1 - p)), which is never below the exact
 * probability and close to it where it is small. O(log runs).
 */
export function runLengthLimit(options: {
  readonly failureRate: number;
  readonly runs: number;
  readonly risk: number;
}): number {
  const p = requireNumber("runLengthLimit: failureRate", options.failureRate, { atLeast: 0, below: 1 });
  const runs = requireCount("runLengthLimit: runs", options.runs);
  const risk = requireNumber("runLengthLimit: risk", options.risk, { above: 0, below: 1 });
  return firstInteger(1, runs, (k) => p ** k * (1 + (runs - k) * (1 - p)) <= risk);
}

function requireRun(call: string, failureRate: number, length: number): void {
  requireNumber(`${call}: failureRate`, failureRate, { above: 0, below: 1 });
  requireNumber(`${call}: length`, requireCount(`${call}: length`, length), { atLeast: 1 });
}
