import type { GraphVersion } from "@spark/graph";
import type { ChangeApplicator } from "../change-applicator.ts";
import { printFault } from "../change-fault.ts";
import type { SpecDiff } from "../spec-diff.ts";
import type { DeploymentRequest } from "./validate.ts";

/** The new version, or everything that keeps it from being made or deployed. */
export type AppliedRequest =
  | { readonly ok: true; readonly candidate: GraphVersion; readonly diff: SpecDiff }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Step 2: makes the candidate by the hypothesis's changes, and checks that it is the one that was tested. */
export function apply(
  { hypothesis, testResult, approval }: DeploymentRequest,
  baseline: GraphVersion,
  applicator: ChangeApplicator,
): AppliedRequest {
  const applied = applicator.applyHypothesis({ baseline, hypothesis });
  if (!applied.ok) return { ok: false, reasons: applied.faults.map(printFault) };
  const { candidate, diff } = applied;
  const reasons = [
    ...(candidate.versionId === baseline.versionId
      ? ["the changes make no difference to the live version"]
      : []),
    ...mismatch("the test was of", testResult.testedVersionId, candidate),
    ...mismatch("the approval is for", approval?.versionId, candidate),
  ];
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, candidate, diff };
}

function mismatch(what: string, versionId: string | undefined, candidate: GraphVersion): readonly string[] {
  if (versionId === undefined || versionId === candidate.versionId) return [];
  return [`${what} version ${versionId}, the changes give ${candidate.versionId}`];
}
