import {
  abort,
  complete,
  type DeploymentEnded,
  type DeploymentEnding,
  type DeploymentInProgress,
  fail,
  type ImprovementHypothesis,
  rollBack,
  type TestResult,
} from "@spark/rsi-model";
import type { Metrics } from "@spark/telemetry";
import type { Ending } from "../ending.ts";
import { lessonsOf, patternsOf } from "../lessons.ts";
import type { OutcomeRecorder } from "../ports.ts";
import type { Verdict } from "../verdict.ts";

/** What there is to record of a deployment that has ended. */
export interface Outcome {
  readonly ending: Exclude<Ending, { readonly status: "rejected" }>;
  readonly at: number;
  readonly baselineMetrics: Metrics | undefined;
  readonly deployedMetrics: Metrics | undefined;
  readonly verdicts: readonly Verdict[];
}

/** Step 7, the decision: the record of a deployment, by the arrow that leaves `in_progress`. Pure. */
export function recordOf(started: DeploymentInProgress, outcome: Outcome): DeploymentEnded {
  const { ending, baselineMetrics, deployedMetrics } = outcome;
  const common: DeploymentEnding = {
    completedAt: new Date(outcome.at).toISOString(),
    decidedBy: ending.by,
    verdicts: outcome.verdicts,
    ...(baselineMetrics === undefined ? {} : { baselineMetrics }),
    ...(deployedMetrics === undefined ? {} : { deployedMetrics }),
  };
  switch (ending.status) {
    case "completed":
      return complete(started, {
        ...common,
        ...(ending.breach === undefined ? {} : { breachReason: ending.breach }),
      });
    case "rolled_back":
      return rollBack(started, { ...common, rollbackReason: ending.reason });
    case "aborted":
      return abort(started, { ...common, abortReason: ending.reason });
    case "failed":
      return fail(started, { ...common, errorMessage: ending.reason });
  }
}

/** Step 7, the effect: tells the database everything the result says. Rejects where it cannot be kept. */
export async function recordOutcome(
  recorder: OutcomeRecorder,
  told: {
    readonly hypothesis: ImprovementHypothesis;
    readonly testResult: TestResult | undefined;
    readonly record: DeploymentEnded;
    readonly ending: Ending;
    readonly metrics: { readonly baseline: Metrics | undefined; readonly candidate: Metrics | undefined };
  },
): Promise<void> {
  const { hypothesis, testResult, record, ending } = told;
  const { hypothesisId } = hypothesis;
  await recorder.storeHypothesis(hypothesis);
  if (testResult !== undefined && testResult.hypothesisId === hypothesisId) {
    await recorder.updateTestResults({ hypothesisId, testResult });
  }
  await recorder.updateDeploymentOutcome({
    hypothesisId,
    deployed: record.status === "completed",
    outcome: outcomeOf(record, ending),
    lessons: lessonsOf(hypothesis, ending, told.metrics),
    patterns: patternsOf(hypothesis, ending),
  });
}

function outcomeOf(record: DeploymentEnded, ending: Ending): object {
  return {
    deploymentId: record.deploymentId,
    status: record.status,
    success: record.status === "completed",
    rolledBack: record.status === "rolled_back",
    strategy: record.strategy,
    ...("deployedVersion" in record ? { deployedVersion: record.deployedVersion } : {}),
    ...(record.status === "rolled_back" ? { rollbackReason: ending.reason } : {}),
    ...(record.status === "failed" || record.status === "aborted" || record.status === "rejected"
      ? { failureReason: ending.reason }
      : {}),
    ...("baselineMetrics" in record ? { baselineMetrics: record.baselineMetrics } : {}),
    ...("deployedMetrics" in record ? { deployedMetrics: record.deployedMetrics } : {}),
  };
}
