import { describe, expect, test } from "vitest";
import type { ArmRun, RunPair } from "./arm-run.ts";
import { PairedComparison } from "./paired-comparison.ts";
import { TrialConfig } from "./trial-config.ts";
import { reportTrial } from "./trial-report.ts";
import { scaleFrom } from "./trial-scale.ts";

const config = TrialConfig.parse({ maxPairs: 40, runTimeoutSeconds: 2 });

/** A finished trial of 40 pairs, the given ones over and over. */
function report(...some: readonly RunPair[]) {
  const pairs = Array.from({ length: 40 }, (_, index) => some[index % some.length] as RunPair);
  const scale = scaleFrom(pairs.slice(0, 10));
  const comparison = new PairedComparison(scale, config);
  for (const pair of pairs) comparison.add(pair);
  return reportTrial({ warmupPairs: 10, scale, pairs, comparison }, config);
}

const ran = (latencySeconds: number, cost = 1): ArmRun => ({ ok: true, latencySeconds, cost });
const timedOut: ArmRun = { ok: false, latencySeconds: 2, timedOut: true, errorType: "run_timeout", cost: 0 };

describe("the report of a trial", () => {
  test("has the figures of both arms and their differences", () => {
    const { comparison } = report({ baseline: ran(0.2, 2), candidate: ran(0.1, 1) });
    expect(comparison.baselineMetrics).toMatchObject({ numRuns: 40, successRate: 1, totalCost: 80 });
    expect(comparison.avgDurationDelta).toBeCloseTo(-0.1);
    expect(comparison.p95DurationDelta).toBeCloseTo(-0.1);
    expect(comparison.costDelta).toBeCloseTo(-0.5);
    expect(comparison.summary).toContain("mean latency -100 ms");
  });

  test("counts time-outs as failures, and as slow as they were", () => {
    const { comparison, status, recommendations } = report(
      { baseline: ran(0.2), candidate: ran(0.2) },
      { baseline: ran(0.2), candidate: timedOut },
    );
    expect(status).toBe("failed");
    expect(recommendations[0]).toContain("Do not deploy");
    expect(comparison.candidateMetrics).toMatchObject({
      failureCount: 20,
      p95Duration: 2,
      errorTypes: { run_timeout: 20 },
      extra: { timeouts: 20 },
    });
    expect(comparison.warnings).toContain(
      "Time-outs, counted as failures: 0 of the baseline, 20 of the candidate.",
    );
    expect(comparison.warnings).toContainEqual(
      expect.stringContaining("20 latencies of the candidate lie above 0.600 s"),
    );
  });

  test("says how far an undecided trial is from a decision", () => {
    const { comparison, status, recommendations } = report({ baseline: ran(0.2), candidate: ran(0.16) });
    expect(status).toBe("inconclusive");
    const more = Number(comparison.extra?.["morePairsToDecide"]);
    expect(more).toBeGreaterThan(10);
    expect(recommendations[0]).toContain(`About ${more} more pairs would`);
    expect(comparison.warnings).toContain("Stopped at 40 pairs.");
  });

  test("is plain JSON", () => {
    const result = report({ baseline: ran(0.2), candidate: ran(0.2) });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
