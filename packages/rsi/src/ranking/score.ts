import type { TestResult } from "@spark/rsi-model";
import { type Effects, effectsOf } from "./effects.ts";
import type { OptimizationObjectives } from "./objectives.ts";

/** How good a tested change is. Scores from 0 (worst) over 0.5 (no difference) to 1 (best). */
export interface MultiObjectiveScore {
  readonly hypothesisId: string;
  /** Weighted mean of the four; 0 where nothing was compared. */
  readonly totalScore: number;
  readonly latencyScore: number;
  readonly costScore: number;
  readonly qualityScore: number;
  readonly reliabilityScore: number;
  readonly meetsConstraints: boolean;
  /** Every constraint that is violated, in words. */
  readonly constraintViolations: readonly string[];
  /** Absent where nothing was compared. */
  readonly effects?: Effects;
}

/** Half the scale of quality and reliability: this much more or less is the end of it. */
const rateScale = 0.2;

/**
 * Scores a test result. Latency and cost are judged relative to the baseline (halved is 0.75, doubled 0), quality
 * and reliability by their difference (0.2 more is 1). What was not measured scores 0.5.
 */
export function scoreResult(result: TestResult, objectives: OptimizationObjectives): MultiObjectiveScore {
  const { hypothesisId, comparison } = result;
  if (comparison === undefined) {
    const nothing = { latencyScore: 0, costScore: 0, qualityScore: 0, reliabilityScore: 0 };
    const constraintViolations = ["nothing was compared"];
    return { hypothesisId, totalScore: 0, ...nothing, meetsConstraints: false, constraintViolations };
  }
  const effects = effectsOf(comparison);
  const scores = {
    latencyScore: share(0.5 - effects.latency / 2),
    costScore: share(0.5 - effects.cost / 2),
    qualityScore: share(0.5 + effects.quality / (2 * rateScale)),
    reliabilityScore: share(0.5 + effects.reliability / (2 * rateScale)),
  };
  const { minimizeLatency, minimizeCost, maximizeQuality, maximizeReliability } = objectives;
  const constraintViolations = violations(comparison, effects, objectives);
  return {
    hypothesisId,
    totalScore:
      (minimizeLatency * scores.latencyScore +
        minimizeCost * scores.costScore +
        maximizeQuality * scores.qualityScore +
        maximizeReliability * scores.reliabilityScore) /
      (minimizeLatency + minimizeCost + maximizeQuality + maximizeReliability),
    ...scores,
    meetsConstraints: constraintViolations.length === 0,
    constraintViolations,
    effects,
  };
}

function violations(
  { avgDurationDelta, candidateMetrics, baselineMetrics }: NonNullable<TestResult["comparison"]>,
  { cost }: Effects,
  limits: OptimizationObjectives,
): readonly string[] {
  const { successRate } = candidateMetrics;
  // A graph below the floor may be lifted towards it.
  const floor = Math.min(limits.minAcceptableSuccessRate, baselineMetrics.successRate);
  return [
    ...(cost > limits.maxAcceptableCostIncrease
      ? [`cost grows by ${percent(cost)}, at most ${percent(limits.maxAcceptableCostIncrease)} is acceptable`]
      : []),
    ...(successRate < floor
      ? [`success rate is ${percent(successRate)}, at least ${percent(floor)} is acceptable`]
      : []),
    ...(avgDurationDelta > limits.maxAcceptableLatencyIncrease
      ? [
          `latency grows by ${avgDurationDelta.toPrecision(3)} s, at most ${limits.maxAcceptableLatencyIncrease} s is acceptable`,
        ]
      : []),
  ];
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
