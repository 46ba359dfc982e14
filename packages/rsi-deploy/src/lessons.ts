import type { ImprovementHypothesis } from "@spark/rsi-model";
import type { Metrics } from "@spark/telemetry";
import { amount } from "./explain.ts";
import type { Ending } from "./ending.ts";

/** What a deployment teaches, in sentences; nothing where it says nothing about the change. */
export function lessonsOf(
  hypothesis: ImprovementHypothesis,
  ending: Ending,
  metrics: { readonly baseline: Metrics | undefined; readonly candidate: Metrics | undefined },
): readonly string[] {
  const compared = comparison(metrics.baseline, metrics.candidate);
  const what = `${hypothesis.hypothesisType}${hypothesis.targetNode === undefined ? "" : ` of ${hypothesis.targetNode}`}`;
  switch (ending.status) {
    case "completed":
      return [`${what} was deployed and kept${compared}`];
    case "rolled_back":
      return [`${what} was rolled back: ${ending.reason}${compared}`];
    case "failed":
      return [`${what} could not be deployed: ${ending.reason}`];
    case "aborted":
    case "rejected":
      return [];
  }
}

/** Names under which the outcome is counted: `parameter_tuning_success`, `parameter_tuning_rollback`. */
export function patternsOf(hypothesis: ImprovementHypothesis, ending: Ending): readonly string[] {
  switch (ending.status) {
    case "completed":
      return [`${hypothesis.hypothesisType}_success`];
    case "rolled_back":
      return [`${hypothesis.hypothesisType}_rollback`];
    case "failed":
    case "aborted":
    case "rejected":
      return [];
  }
}

function comparison(baseline: Metrics | undefined, candidate: Metrics | undefined): string {
  if (baseline === undefined || candidate === undefined || candidate.runs === 0) return "";
  const errors = `error rate ${amount(baseline.errorRate, "share")} → ${amount(candidate.errorRate, "share")}`;
  const latency = `mean latency ${amount(baseline.avgLatency, "seconds")} → ${amount(candidate.avgLatency, "seconds")}`;
  return ` (${errors}, ${latency}, over ${candidate.runs} runs)`;
}
