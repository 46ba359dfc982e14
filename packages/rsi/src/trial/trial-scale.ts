import { quantileOf } from "../analysis/quantile.ts";
import type { RunPair } from "./arm-run.ts";
import { readMeasure } from "./measured-values.ts";
import type { Measure } from "./trial-config.ts";

/** What is fixed by the warm-up, before the first pair counts. */
export interface TrialScale {
  readonly measures: readonly Measure[];
  /** Latencies above it count as it, in seconds. */
  readonly latencyCapSeconds: number;
}

/**
 * What will be measured, and up to which latency: three times the 90 % quantile of the baseline's warm-up.
 * Means of values without a bound cannot be tested; time-outs beyond the cap count as failures besides.
 */
export function scaleFrom(warmup: readonly RunPair[]): TrialScale {
  const runs = warmup.flatMap(({ baseline, candidate }) => [baseline, candidate]);
  const latencies = warmup.map((pair) => readMeasure("latency", pair).baseline).sort((a, b) => a - b);
  return {
    measures: [
      "successRate",
      "latency",
      ...(runs.some(({ quality }) => quality !== undefined) ? (["quality"] as const) : []),
      ...(runs.some(({ cost }) => cost !== undefined) ? (["cost"] as const) : []),
    ],
    latencyCapSeconds: 3 * quantileOf(latencies, 0.9),
  };
}
