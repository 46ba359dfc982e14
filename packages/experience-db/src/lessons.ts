import type { Experience } from "@spark/rsi-model";

/** What a change that was deployed and kept teaches. */
export interface SuccessfulPattern extends Pick<
  Experience,
  "hypothesisId" | "graphId" | "hypothesisType" | "targetNode" | "patterns" | "lessons" | "timestamp"
> {
  readonly outcome: NonNullable<Experience["outcome"]>;
}

/** What a change that failed its test, or had to be taken back, teaches. */
export interface FailedPattern extends Pick<
  Experience,
  | "hypothesisId"
  | "graphId"
  | "hypothesisType"
  | "targetNode"
  | "proposal"
  | "testResult"
  | "outcome"
  | "lessons"
  | "timestamp"
> {
  /** Why it was taken back or failed. */
  readonly reason: string;
}

/** Of an experience that has succeeded. */
export function successfulPattern(row: Experience): SuccessfulPattern {
  return Object.freeze({
    ...about(row),
    patterns: row.patterns,
    outcome: row.outcome as SuccessfulPattern["outcome"],
  });
}

/** Of an experience that has failed. */
export function failedPattern(row: Experience): FailedPattern {
  const { outcome, testResult } = row;
  return Object.freeze({
    ...about(row),
    proposal: row.proposal,
    ...(testResult && { testResult }),
    ...(outcome && { outcome }),
    reason:
      outcome?.rollbackReason ??
      outcome?.failureReason ??
      testResult?.errorMessage ??
      `test ${testResult?.status ?? "result unknown"}`,
  });
}

function about(row: Experience) {
  const { hypothesisId, graphId, hypothesisType, targetNode, lessons, timestamp } = row;
  return {
    hypothesisId,
    graphId,
    hypothesisType,
    ...(targetNode === undefined ? {} : { targetNode }),
    lessons,
    timestamp,
  };
}
