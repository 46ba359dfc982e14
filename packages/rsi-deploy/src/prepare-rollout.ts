import type { GraphVersion } from "@spark/graph";
import type { Approver } from "./approver.ts";
import { baselineBefore } from "./baseline.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import { setUpGuards } from "./guards/guard-setup.ts";
import type { Rollout } from "./rollout.ts";
import type { Stage } from "./stage.ts";
import { apply } from "./steps/apply.ts";
import type { DeploymentRequest } from "./steps/validate.ts";
import { stagesOf } from "./strategies.ts";

/** A rollout that may start, or every reason why it may not. */
export type Prepared =
  | { readonly ok: true; readonly rollout: Rollout }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Step 2 and everything that is fixed before the start. Builds the candidate, touches no traffic. */
export function prepareRollout(
  request: DeploymentRequest,
  environment: Environment,
  own: { readonly deploymentId: string; readonly baseline: GraphVersion },
): Prepared {
  const { config, target, clock, ids, recent, guards } = environment;
  const { deploymentId, baseline } = own;
  const applied = apply(request, baseline, environment.applicator);
  if (!applied.ok) return applied;
  try {
    target.install(applied.candidate);
  } catch (error) {
    return { ok: false, reasons: [`the new version cannot be built: ${messageOf(error)}`] };
  }
  const stages = stagesOf(config);
  const missing = environment.gateKeeper.missing(stages.flatMap(approverOf));
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(", ");
    return { ok: false, reasons: [`no gate function ${names}; pass it to the controller as "gates"`] };
  }
  const { hypothesis, testResult } = request;
  const runs = recent.recent({ versionId: baseline.versionId });
  const before = baselineBefore(runs, { minimumRuns: config.minimumRuns, testResult });
  return {
    ok: true,
    rollout: {
      deploymentId,
      hypothesis,
      testResult,
      ...(request.approval === undefined ? {} : { approval: request.approval }),
      baseline,
      candidate: applied.candidate,
      diff: applied.diff,
      config,
      stages,
      salt: ids.next("salt"),
      baselineBefore: before,
      setup:
        config.decision === "sequential"
          ? setUpGuards(config, stages, { baseline: before, guards })
          : undefined,
      startedAt: clock.now(),
    },
  };
}

function approverOf(stage: Stage): readonly Approver[] {
  return "approver" in stage ? [stage.approver] : [];
}
