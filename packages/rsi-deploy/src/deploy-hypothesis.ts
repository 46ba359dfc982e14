import type { GraphVersion } from "@spark/graph";
import { concludeRefused } from "./conclude.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Environment } from "./environment.ts";
import type { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { prepareRollout } from "./prepare-rollout.ts";
import { runRollout } from "./run-rollout.ts";
import { type LiveState, validate } from "./steps/validate.ts";

/**
 * The whole procedure, the seed's seven steps: validate, apply, deploy, monitor, evaluate, roll back where
 * needed, record. One procedure runs every strategy, since a strategy is a list of stages.
 */
export async function deployHypothesis(
  input: unknown,
  environment: Environment,
  own: { readonly deploymentId: string; readonly inbox: Inbox },
): Promise<DeploymentResult> {
  const { deploymentId, inbox } = own;
  const journal = new Journal(environment, { deploymentId });
  const live = liveState(environment);
  const validated = validate(input, live, environment.config);
  if (!validated.ok) {
    const { reasons, hypothesis } = validated;
    return concludeRefused(
      { deploymentId, reasons, hypothesis, testResult: undefined },
      environment,
      journal,
    );
  }
  const { request } = validated;
  const prepared = prepareRollout(request, environment, { deploymentId, baseline: live.version });
  if (!prepared.ok) {
    const { hypothesis, testResult } = request;
    return concludeRefused(
      { deploymentId, reasons: prepared.reasons, hypothesis, testResult },
      environment,
      journal,
    );
  }
  return runRollout(prepared.rollout, { environment, journal, inbox });
}

function liveState({ target }: Environment): LiveState {
  const { plan, versions } = target;
  const live = plan.kind === "all" ? plan.version : plan.kind === "split" ? plan.stable : plan.live;
  const version = versions.find(({ versionId }) => versionId === live) as GraphVersion;
  return { graphId: target.graphId, plan, version };
}
