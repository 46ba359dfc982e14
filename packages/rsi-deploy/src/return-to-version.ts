import { type GraphVersion, type JsonObject, SparkError } from "@spark/graph";
import { complete, type DeploymentCompleted, type DeploymentInProgress } from "@spark/rsi-model";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import { Journal } from "./journal.ts";

/** What came of going back to a version. */
export type ReturnResult =
  | {
      readonly ok: true;
      readonly record: DeploymentCompleted;
      readonly recorded: boolean;
      readonly recordError?: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Who goes back where, and why. */
export interface ReturnRequest {
  readonly deploymentId: string;
  readonly versionId: string;
  readonly by: string;
  readonly reason: string;
  /** The deployment that brought the version in service, where it is known. */
  readonly undone: DeploymentResult | undefined;
}

/**
 * Puts an earlier version back in service that is kept ready: one assignment, then the record. What is undone
 * counts as rolled back from then on.
 */
export async function returnToVersion(
  request: ReturnRequest,
  environment: Environment,
): Promise<ReturnResult> {
  const { target, config } = environment;
  const { plan } = target;
  if (plan.kind !== "all")
    return { ok: false, reason: "the live graph's traffic is split; end that rollout first" };
  const current = target.versions.find(({ versionId }) => versionId === plan.version) as GraphVersion;
  const back = target.versions.find(({ versionId }) => versionId === request.versionId);
  if (back === undefined) {
    return { ok: false, reason: `version ${request.versionId} is not kept ready (keepVersions)` };
  }
  if (back === current) return { ok: false, reason: `version ${request.versionId} serves already` };
  const switched = target.setPlan({ kind: "all", version: back.versionId }, target.revision);
  if (!switched.ok)
    return { ok: false, reason: "the traffic plan was changed by somebody else at the same time" };
  if (config.inFlight === "abort") {
    target.abortRuns(
      current.versionId,
      new SparkError("run_aborted", `Version ${current.label} was taken back.`),
    );
  }
  const record = recordOf(request, environment, { current, back });
  const failure = await keep(request, environment, record);
  return { ok: true, record, recorded: failure === undefined, ...(failure && { recordError: failure }) };
}

function recordOf(
  { deploymentId, by, undone }: ReturnRequest,
  { clock }: Environment,
  { current, back }: { readonly current: GraphVersion; readonly back: GraphVersion },
): DeploymentCompleted {
  const at = new Date(clock.now()).toISOString();
  const started: DeploymentInProgress = {
    status: "in_progress",
    deploymentId,
    hypothesisId: undone?.deploymentRecord.hypothesisId ?? "unknown",
    graphId: current.spec.id,
    baselineVersion: current.versionId,
    baselineLabel: current.label,
    deployedVersion: back.versionId,
    deployedLabel: back.label,
    strategy: "rollback",
    startedAt: at,
  };
  return complete(started, { completedAt: at, decidedBy: by, verdicts: [] });
}

async function keep(
  { deploymentId, by, reason, undone }: ReturnRequest,
  environment: Environment,
  record: DeploymentCompleted,
): Promise<string | undefined> {
  const { recorder } = environment;
  const journal = new Journal(environment, { deploymentId });
  const { hypothesisId } = record;
  try {
    await environment.lease.take();
    await journal.append({
      type: "started",
      hypothesisId,
      graphId: record.graphId,
      baselineVersionId: record.baselineVersion,
      candidateVersionId: record.deployedVersion,
      strategy: record.strategy,
      config: {},
      stages: [],
      salt: "",
    });
    const details = { undone: undone?.deploymentId ?? null } satisfies JsonObject;
    await journal.append({ type: "decided", decision: "roll_back", reason, by, details });
    if (undone !== undefined) {
      const outcome = { deploymentId: undone.deploymentId, status: "rolled_back", rollbackReason: reason };
      const lessons = [`taken back by ${by} after it had been deployed: ${reason}`];
      await recorder?.updateDeploymentOutcome({
        hypothesisId,
        deployed: false,
        outcome,
        lessons,
        patterns: [],
      });
    }
    await journal.append({ type: "ended", record });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
