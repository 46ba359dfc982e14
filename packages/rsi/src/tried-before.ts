import { canonicalJson } from "@spark/graph";
import { type Change, type Experience, hasFailed } from "@spark/rsi-model";
import { wasRefused } from "./patterns/experience-weight.ts";

/** Text that is the same for changes that do the same, whatever they expected to find. */
export function changesKey(changes: readonly Change[]): string {
  return canonicalJson(
    changes.map((change) => {
      if (change.type !== "node_config_update") return change;
      const { oldValue: _expected, ...rest } = change;
      return rest;
    }),
  );
}

/**
 * Why an experience rules its changes out for a baseline, or `undefined` where they may be tried again.
 *
 * What failed or was refused by the rules stays ruled out. What was tested or deployed without a clear ending is
 * ruled out for the same baseline only. What is still under way is no reason.
 */
export function ruledOut(experience: Experience, baselineVersionId: string): string | undefined {
  const { hypothesisId, graphVersionBaseline } = experience;
  const reason = reasonOf(experience);
  if (hasFailed(experience) || wasRefused(experience)) {
    return `the same changes did not do as ${hypothesisId}: ${reason}`;
  }
  if (graphVersionBaseline !== baselineVersionId || isUnfinished(experience)) return undefined;
  return `the same changes are known for this version as ${hypothesisId}: ${reason}`;
}

function isUnfinished({ status }: Experience): boolean {
  return status === "proposed" || status === "test_pending" || status === "test_running";
}

function reasonOf({ status, outcome, testResult }: Experience): string {
  const summary = testResult?.errorMessage ?? testResult?.comparison?.summary;
  return (
    outcome?.rollbackReason ??
    outcome?.failureReason ??
    (status.startsWith("test_") && summary
      ? `its test ${testResult?.status}: ${summary}`
      : `its status is ${status}`)
  );
}
