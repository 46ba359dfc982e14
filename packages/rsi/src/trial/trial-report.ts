import { anytimePValue, type Interval } from "@spark/evidence";
import type { JsonObject } from "@spark/graph";
import type { ComparisonResult, TestStatus } from "@spark/rsi-model";
import { metricsOf } from "./arm-metrics.ts";
import type { ArmRun } from "./arm-run.ts";
import { classicalFigures } from "./classical-figures.ts";
import { differenceInterval } from "./difference-interval.ts";
import type { MeasureEvidence } from "./measure-evidence.ts";
import { describeMeasure } from "./measure-text.ts";
import type { Trial } from "./run-trial.ts";
import type { Measure, TrialConfig } from "./trial-config.ts";

/** A finished trial, as the test result tells it. */
export interface TrialReport {
  readonly status: Extract<TestStatus, "passed" | "failed" | "inconclusive">;
  readonly comparison: ComparisonResult;
  readonly recommendations: readonly string[];
}

/** One measure of a trial: candidate minus baseline, with the interval that holds the true difference. */
export interface MeasuredDifference extends Interval {
  readonly measure: Measure;
  readonly difference: number;
  /** Mean of the baseline, in the unit of the measure. */
  readonly baseline: number;
}

/** Says what a trial came to, with every figure it rests on. Pure. */
export function reportTrial(trial: Trial, config: TrialConfig): TrialReport {
  const { warmupPairs, scale, pairs, comparison } = trial;
  const confidence = 1 - config.risk;
  const status = comparison.decision ?? "inconclusive";
  const arm = (name: "baseline" | "candidate"): readonly ArmRun[] => pairs.map((pair) => pair[name]);
  const [baseline, candidate] = [metricsOf(arm("baseline")), metricsOf(arm("candidate"))];
  const differences = comparison.measures.map((evidence) => differenceOf(evidence, config.risk));
  const morePairs = comparison.pairsToDecision;
  const [baselineCost, candidateCost] = [baseline.totalCost, candidate.totalCost];
  return {
    status,
    comparison: {
      baselineMetrics: baseline,
      candidateMetrics: candidate,
      successRateDelta: candidate.successRate - baseline.successRate,
      avgDurationDelta: candidate.avgDuration - baseline.avgDuration,
      p95DurationDelta: candidate.p95Duration - baseline.p95Duration,
      ...(baselineCost === undefined || candidateCost === undefined || baselineCost === 0
        ? {}
        : { costDelta: candidateCost / baselineCost - 1 }),
      isSignificant: comparison.improves || comparison.harms,
      confidenceLevel: confidence,
      pValue: anytimePValue(Math.max(comparison.improvementPeak, comparison.harmPeak)),
      isImprovement: comparison.improves && !comparison.harms,
      isRegression: comparison.harms,
      meetsSuccessCriteria: status === "passed",
      summary: differences.map((one) => describeMeasure(one, confidence)).join("; "),
      warnings: warningsOf(trial, config),
      extra: {
        pairs: pairs.length,
        warmupPairsExcluded: warmupPairs,
        seed: config.seed,
        latencyCapSeconds: scale.latencyCapSeconds,
        stoppedEarly: pairs.length < config.maxPairs,
        pValueKind: "valid at whatever pair one stops",
        logEvidence: {
          required: comparison.required,
          improvement: comparison.improvementPeak,
          harm: comparison.harmPeak,
          safety: Object.fromEntries(comparison.measures.map(({ measure, safePeak }) => [measure, safePeak])),
        },
        intervals: Object.fromEntries(
          differences.map(({ measure, difference, lower, upper }) => [measure, { difference, lower, upper }]),
        ),
        classical: classicalFigures(pairs, confidence),
        ...(status !== "inconclusive" || morePairs === undefined ? {} : { morePairsToDecide: morePairs }),
      } satisfies JsonObject,
    },
    recommendations: [recommendation(status, morePairs, comparison.improves)],
  };
}

function differenceOf(
  { measure, differences, cap, means }: MeasureEvidence,
  risk: number,
): MeasuredDifference {
  const { lower, upper } = differenceInterval(differences, risk);
  return {
    measure,
    difference: means.candidate - means.baseline,
    lower: lower * cap,
    upper: upper * cap,
    baseline: means.baseline,
  };
}

function warningsOf({ warmupPairs, pairs, comparison }: Trial, { maxPairs }: TrialConfig): readonly string[] {
  const timedOut = (name: "baseline" | "candidate"): number =>
    pairs.filter((pair) => pair[name].timedOut).length;
  const latency = comparison.measures.find(({ measure }) => measure === "latency");
  const [baseline, candidate] = [timedOut("baseline"), timedOut("candidate")];
  const unsafe = comparison.measures
    .filter((evidence) => !comparison.isShownSafe(evidence))
    .map(({ measure }) => measure);
  return [
    `The first ${warmupPairs} pairs warmed both arms up and are not counted.`,
    ...(baseline + candidate === 0
      ? []
      : [`Time-outs, counted as failures: ${baseline} of the baseline, ${candidate} of the candidate.`]),
    ...(latency === undefined || latency.clipped === 0
      ? []
      : [
          `${latency.clipped} latencies of the candidate lie above ${latency.cap.toPrecision(3)} s and count as that.`,
        ]),
    ...(unsafe.length === 0 ? [] : [`Not shown to stay within its margin: ${unsafe.join(", ")}.`]),
    ...(pairs.length < maxPairs || comparison.decision !== undefined
      ? []
      : [`Stopped at ${maxPairs} pairs.`]),
  ];
}

function recommendation(
  status: TrialReport["status"],
  morePairs: number | undefined,
  improves: boolean,
): string {
  switch (status) {
    case "passed":
      return "Deploy it in stages: it is better in this test, and nothing is shown to be lost.";
    case "failed":
      return "Do not deploy it: it is worse than tolerated.";
    case "inconclusive":
      return morePairs === undefined
        ? "More pairs are unlikely to decide: nothing points either way. Drop it, or test a bolder change."
        : `About ${morePairs} more pairs would ${improves ? "show whether it is safe" : "decide"}; raise maxPairs to that.`;
  }
}
