import type { GraphSpec } from "@spark/graph";
import { ChangeApplicator, printDiff, printFault } from "@spark/rsi-deploy";
import type { ReviewRequest } from "@spark/rsi-model";

/**
 * A request as lines for a person, with nothing cut: what is proposed and why, what the validator found, and
 * every value that changes. `baseline` is the spec the hypothesis was written for.
 */
export function printReview(request: ReviewRequest, baseline: GraphSpec): readonly string[] {
  const { hypothesis, validationResult, candidateVersionId } = request;
  return [
    `${request.requestId}: ${request.status}, ${deadline(request)}`,
    `Hypothesis ${hypothesis.hypothesisId} (${hypothesis.hypothesisType}) for graph ${hypothesis.graphId}`,
    ...(candidateVersionId === undefined
      ? []
      : [`Version ${candidateVersionId}; an answer holds for no other`]),
    `Why: ${oneLine(hypothesis.rationale) || "no rationale given"}`,
    ...hypothesis.riskFactors.map((factor) => `Risk: ${oneLine(factor)}`),
    ...(validationResult === undefined
      ? []
      : [`Validated at ${validationResult.riskLevel} risk (score ${validationResult.riskScore})`]),
    ...(validationResult?.violations ?? []).map(
      ({ rule, severity, message }) => `${severity}: ${rule}: ${oneLine(message)}`,
    ),
    ...changeLines(request, baseline),
  ];
}

function changeLines({ hypothesis }: ReviewRequest, baseline: GraphSpec): readonly string[] {
  const applied = new ChangeApplicator().applyHypothesis({ baseline, hypothesis });
  if (!applied.ok) return applied.faults.map((fault) => `cannot be applied: ${printFault(fault)}`);
  return printDiff(applied.diff, { maxValueLength: Infinity });
}

function deadline(request: ReviewRequest): string {
  switch (request.status) {
    case "pending":
      return `answer by ${request.expiresAt}`;
    case "expired":
      return `nobody answered by ${request.expiresAt}`;
    case "approved":
    case "rejected":
      return `by ${oneLine(request.decision.reviewer)} at ${request.decision.reviewedAt}`;
  }
}

/** Text that others wrote must not be able to fake a line of ours, or to steer a terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
