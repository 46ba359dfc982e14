import type { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import { dominates } from "./effects.ts";
import { OptimizationObjectives, type OptimizationObjectivesInput } from "./objectives.ts";
import { type MultiObjectiveScore, scoreResult } from "./score.ts";

/** A hypothesis with the result of its test. */
export interface TestedHypothesis {
  readonly hypothesis: ImprovementHypothesis;
  readonly testResult: TestResult;
}

/** A tested hypothesis in its place; rank 1 is the best. */
export interface RankedHypothesis<T extends TestedHypothesis = TestedHypothesis> {
  readonly tested: T;
  readonly score: MultiObjectiveScore;
  readonly rank: number;
}

/** The hypotheses that no other one beats in every direction, and the rest. */
export interface ParetoFrontier<T extends TestedHypothesis = TestedHypothesis> {
  readonly solutions: readonly RankedHypothesis<T>[];
  readonly dominatedSolutions: readonly RankedHypothesis<T>[];
  readonly totalEvaluated: number;
}

/** Best first: what meets the constraints before what does not, then by score, then by id. */
export function rankHypotheses<T extends TestedHypothesis>(
  tested: readonly T[],
  objectives: OptimizationObjectivesInput = {},
): readonly RankedHypothesis<T>[] {
  const read = OptimizationObjectives.parse(objectives);
  return tested
    .map((one) => ({ tested: one, score: scoreResult(one.testResult, read) }))
    .sort(
      (a, b) =>
        Number(b.score.meetsConstraints) - Number(a.score.meetsConstraints) ||
        b.score.totalScore - a.score.totalScore ||
        (a.score.hypothesisId < b.score.hypothesisId ? -1 : 1),
    )
    .map((one, at) => ({ ...one, rank: at + 1 }));
}

/**
 * Splits tested hypotheses into those that are the best compromise for some weights, and those that another one
 * beats whatever the weights. Only what meets the constraints can be among the former. O(n²).
 */
export function paretoFrontier<T extends TestedHypothesis>(
  tested: readonly T[],
  objectives: OptimizationObjectivesInput = {},
): ParetoFrontier<T> {
  const ranked = rankHypotheses(tested, objectives);
  const eligible = ranked.filter(({ score }) => score.meetsConstraints);
  const isBeaten = ({ score }: RankedHypothesis<T>): boolean =>
    !score.meetsConstraints ||
    eligible.some(
      (other) =>
        other.score.effects !== undefined &&
        score.effects !== undefined &&
        dominates(other.score.effects, score.effects),
    );
  const rerank = (list: readonly RankedHypothesis<T>[]) => list.map((one, at) => ({ ...one, rank: at + 1 }));
  return {
    solutions: rerank(ranked.filter((one) => !isBeaten(one))),
    dominatedSolutions: rerank(ranked.filter(isBeaten)),
    totalEvaluated: tested.length,
  };
}
