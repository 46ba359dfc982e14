import type { ArmRun, RunPair } from "./arm-run.ts";
import type { Measure } from "./trial-config.ts";

/** One measure of both arms on one input. */
export interface MeasuredPair {
  readonly candidate: number;
  readonly baseline: number;
}

/** Latencies are told apart no finer than this, in seconds: below it clocks show noise. */
const clockResolution = 1e-5;

const readings = {
  successRate: ({ ok }) => (ok ? 1 : 0),
  // Failing fast must not look fast: a run that failed took at least as long as its partner.
  latency: (run, partner) =>
    clockResolution + (run.ok ? run.latencySeconds : Math.max(run.latencySeconds, partner.latencySeconds)),
  quality: ({ ok, quality }) => (ok ? (quality ?? 0) : 0),
  cost: ({ cost }) => cost ?? 0,
} satisfies Record<Measure, (run: ArmRun, partner: ArmRun) => number>;

/** What a measure reads from a pair. The rule is the same for both arms, so equal arms stay exchangeable. */
export function readMeasure(measure: Measure, { baseline, candidate }: RunPair): MeasuredPair {
  const read: (run: ArmRun, partner: ArmRun) => number = readings[measure];
  return { candidate: read(candidate, baseline), baseline: read(baseline, candidate) };
}
