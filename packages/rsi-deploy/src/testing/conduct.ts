import { lognormal } from "@spark/evidence/testing";
import type { Random } from "@spark/graph";

/** How a simulated version does. Times are seconds. */
export interface Conduct {
  /** From 0 to 1; a function takes the seconds since the deployment began, below 0 before it. @default 0 */
  readonly errorRate?: number | ((seconds: number) => number);
  /** Latencies are log-normal with this median, … @default 0.2 */
  readonly medianSeconds?: number;
  /** … and this deviation of their logarithm. @default 0.5 */
  readonly latencySpread?: number;
  /** How long a run takes that fails; as long as any other where it is left out. */
  readonly failureSeconds?: number;
}

/** What is fated for one run. */
export interface Fate {
  readonly ok: boolean;
  readonly seconds: number;
}

/** Decides on one run. `luck`, from 0 to 1, decides whether it fails: runs with the same luck fare alike. */
export function fateOf(
  conduct: Conduct,
  at: { readonly seconds: number; readonly luck: number },
  random: Random,
): Fate {
  const { errorRate = 0, medianSeconds = 0.2, latencySpread = 0.5, failureSeconds } = conduct;
  const rate = typeof errorRate === "number" ? errorRate : errorRate(at.seconds);
  const ok = at.luck >= rate;
  const median = { median: medianSeconds, sigma: latencySpread };
  return { ok, seconds: ok ? lognormal(random, median) : (failureSeconds ?? lognormal(random, median)) };
}
