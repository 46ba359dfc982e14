import type { DeploymentEnded, DeploymentEvent, OpenDeployment } from "@spark/rsi-model";
import { concludeLost } from "./conclude.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Environment } from "./environment.ts";
import type { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { restoreRollout } from "./restore-rollout.ts";
import { resumptionOf } from "./resumption.ts";
import { runRollout } from "./run-rollout.ts";

/** What became of an open deployment that was found at the start. */
export interface RecoveredDeployment {
  readonly deploymentId: string;
  /** True where it goes on; false where it could not, and was recorded as failed. */
  readonly resumed: boolean;
  /** Resolves when it has ended. */
  readonly done: Promise<DeploymentResult>;
}

/**
 * Goes on with a deployment that another process has left open, or records that it cannot be gone on with and
 * why; the baseline serves then. Never rejects.
 */
export function recoverDeployment(
  found: { readonly open: OpenDeployment; readonly events: readonly DeploymentEvent[] },
  environment: Environment,
  inbox: Inbox,
): RecoveredDeployment {
  const { open, events } = found;
  const { deploymentId } = open;
  const journal = new Journal(environment, { deploymentId, length: open.length });
  const restored = restoreRollout(open, environment);
  if (!restored.ok) {
    const record = lostRecord(open, restored.reasons.join("; "), environment.clock.now());
    return { deploymentId, resumed: false, done: concludeLost(record, environment, journal) };
  }
  const resumption = resumptionOf(open, events, environment);
  const done = runRollout(restored.rollout, { environment, journal, inbox }, resumption);
  return { deploymentId, resumed: true, done };
}

function lostRecord({ started, deploymentId }: OpenDeployment, reason: string, at: number): DeploymentEnded {
  const { baselineLabel, candidateLabel, baselineMetrics } = started;
  return {
    status: "failed",
    deploymentId,
    hypothesisId: started.hypothesisId,
    graphId: started.graphId,
    baselineVersion: started.baselineVersionId,
    ...(baselineLabel === undefined ? {} : { baselineLabel }),
    deployedVersion: started.candidateVersionId,
    ...(candidateLabel === undefined ? {} : { deployedLabel: candidateLabel }),
    strategy: started.strategy,
    startedAt: new Date(started.at).toISOString(),
    ...(baselineMetrics === undefined ? {} : { baselineMetrics }),
    completedAt: new Date(at).toISOString(),
    decidedBy: "controller",
    verdicts: [],
    errorMessage: `it could not be resumed, and the baseline serves: ${reason}`,
  };
}
