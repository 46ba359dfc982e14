import type { RunRecord } from "@spark/graph";
import { RunTally } from "@spark/telemetry";
import type { Baseline } from "../baseline.ts";
import type { BaselineForecast } from "./forecast.ts";
import { latencyQuantile, latencyShape } from "./latency-shape.ts";

/** What the controller remembers at most. */
const mostRuns = 10_000;

/**
 * The history that a deployment is going to find, if all goes as usual: errors in their proportion, latencies
 * evenly over their quantiles. Undefined where it is shorter than a baseline must be.
 */
export function expectedBaseline(forecast: BaselineForecast, minimumRuns: number): Baseline | undefined {
  const count = Math.min(forecast.runs, mostRuns);
  if (count < minimumRuns) return undefined;
  const shape = latencyShape(forecast);
  const errors = Math.round(forecast.errorRate * count);
  const tally = new RunTally();
  const runs = Array.from({ length: count }, (_, at): RunRecord => {
    const seconds = shape === undefined ? 0 : latencyQuantile(shape, (at + 0.5) / count);
    const record = expectedRun(at, { ok: at >= errors, durationMs: seconds * 1000 });
    tally.add(record);
    return record;
  });
  return { metrics: tally.toMetrics(0), source: "before", runs };
}

function expectedRun(sequence: number, shown: Pick<RunRecord, "ok" | "durationMs">): RunRecord {
  return {
    runId: `expected-${sequence}`,
    sequence,
    graphId: "expected",
    versionId: "expected",
    arm: "stable",
    planRevision: 0,
    candidateShare: 0,
    startedAt: 0,
    nodes: [],
    ...shown,
  };
}
