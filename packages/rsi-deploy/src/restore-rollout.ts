import type { OpenDeployment } from "@spark/rsi-model";
import { readDeploymentConfig } from "./deployment-config.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import { GuardSetup } from "./guards/guard-setup.ts";
import type { Prepared } from "./prepare-rollout.ts";
import { Stage } from "./stage.ts";
import { apply } from "./steps/apply.ts";
import { DeploymentRequest } from "./steps/validate.ts";

/**
 * Makes the rollout of an open deployment anew from its log: the same candidate, the same configuration, the
 * same buckets and the same guards, whatever the controller is configured with now. Gives the reasons where
 * that is not possible.
 */
export function restoreRollout(
  { started, deploymentId }: OpenDeployment,
  environment: Environment,
): Prepared {
  const { target } = environment;
  const baseline = target.versions.find(({ versionId }) => versionId === started.baselineVersionId);
  if (baseline === undefined) {
    return refuse(`the live graph does not hold the baseline ${started.baselineVersionId} any more`);
  }
  if (target.plan.kind !== "all" || target.plan.version !== baseline.versionId) {
    return refuse("the live graph is not served by the baseline alone");
  }
  try {
    const request = DeploymentRequest.parse(started.request);
    const applied = apply(request, baseline, environment.applicator);
    if (!applied.ok) return applied;
    const { candidate, diff } = applied;
    if (candidate.versionId !== started.candidateVersionId) {
      return refuse(`the changes now give version ${candidate.versionId}, not ${started.candidateVersionId}`);
    }
    const { guards, ...given } = started.config;
    const config = readDeploymentConfig(given);
    const stages = started.stages.map((stage) => Stage.parse(stage));
    target.install(candidate);
    return {
      ok: true,
      rollout: {
        deploymentId,
        ...request,
        baseline,
        candidate,
        diff,
        config,
        stages,
        salt: started.salt,
        baselineBefore:
          started.baselineMetrics === undefined
            ? undefined
            : { metrics: started.baselineMetrics, source: "before", runs: [] },
        setup: config.decision === "sequential" ? GuardSetup.parse(guards) : undefined,
        startedAt: started.at,
      },
    };
  } catch (error) {
    return refuse(messageOf(error));
  }
}

function refuse(reason: string): Prepared {
  return { ok: false, reasons: [reason] };
}
