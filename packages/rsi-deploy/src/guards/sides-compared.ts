import { requiredLogEvidence } from "@spark/evidence";
import type { BaselineFloor } from "./baseline-floor.ts";
import { type BothUnhealthy, bothUnhealthy } from "./both-unhealthy.ts";
import type { PanelReading } from "./guard-panel.ts";
import type { GuardSetup } from "./guard-setup.ts";
import type { SequentialGuard, UnderWay } from "./sequential-guard.ts";

/** The failure rate of a version that is just at the success floor; undefined where there is no floor. */
export function nullFailureRate({ tests }: GuardSetup): number | undefined {
  return tests.find(({ guard }) => guard === "success_rate")?.nullRate;
}

/**
 * Positive evidence that the candidate is within its margin of the baseline beside it.
 *
 * @param errors - The error guard that has the baseline alongside, if there is one.
 */
export function shownSafety(errors: SequentialGuard | undefined, risk: number): PanelReading["safety"] {
  const attributed = errors?.attributed;
  if (attributed === undefined) return undefined;
  return {
    shown: attributed.logSafe() >= requiredLogEvidence(risk),
    ratio: attributed.ratio(1 - risk),
    confidence: 1 - risk,
  };
}

/** Whether the baseline alongside is shown to fail too, now that the candidate has tripped by failing as such. */
export function failBoth(
  setup: GuardSetup,
  shown: {
    readonly errors: SequentialGuard | undefined;
    readonly floor: BaselineFloor | undefined;
    readonly underWay: UnderWay;
  },
): BothUnhealthy | undefined {
  const { errors, floor, underWay } = shown;
  const required = requiredLogEvidence(setup.risk.whole);
  if (errors === undefined || floor === undefined || floor.log(underWay.baseline) < required)
    return undefined;
  const { baseline, candidate, attributed } = errors;
  return bothUnhealthy({
    floor: 1 - (nullFailureRate(setup) ?? 0),
    baseline: { failures: baseline.hits, runs: baseline.runs },
    candidate: { failures: candidate.hits, runs: candidate.runs },
    candidateShownWorse: (attributed?.log(underWay) ?? 0) >= required,
  });
}
