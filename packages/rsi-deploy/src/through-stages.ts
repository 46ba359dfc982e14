import type { Course } from "./course.ts";
import { type Ending, endingByBreach } from "./ending.ts";
import type { Resumption } from "./resumption.ts";
import { runStage } from "./run-stage.ts";
import type { StageOutcome } from "./stage-course.ts";
import type { Verdict } from "./verdict.ts";

/** Goes from stage to stage until one of them ends the deployment, or all are passed. */
export async function throughStages(
  course: Course,
  verdicts: Verdict[],
  resumption?: Resumption,
): Promise<Exclude<Ending, { readonly status: "rejected" }>> {
  const { rollout, environment, journal, trafficSwitch } = course;
  if (resumption?.checkpoint !== undefined) course.watch.restore(resumption.checkpoint);
  if (resumption?.kind === "end") return resumption.ending;
  if (!environment.enableMonitoring) {
    const decision = { by: "controller", reason: "monitoring is switched off" };
    await journal.append({ type: "decided", decision: "promote", ...decision });
    return switchAll(course, decision);
  }
  let { by, reason } =
    resumption?.kind === "next" ? resumption : { by: "controller", reason: "all stages passed" };
  for (let index = resumption?.index ?? 0; index < rollout.stages.length; index += 1) {
    const resumed = resumption?.kind === "stage" && resumption.index === index ? resumption : undefined;
    const { outcome, verdict } = await runStage({ ...course, ...lastOf(verdicts) }, index, resumed);
    verdicts.push(verdict);
    switch (outcome.kind) {
      case "breached":
        return endingByBreach(verdict);
      case "gave_up":
        return { status: "rolled_back", by: "controller", reason: outcome.reason };
      case "aborted":
        return { status: "aborted", by: outcome.by, reason: outcome.reason };
      case "passed":
        ({ by, reason } = outcome);
        await journal.append({ type: "decided", decision: "promote", reason, by, ...scopeOf(outcome) });
        course.inbox.acknowledge();
        environment.progress({
          type: "promoted",
          deploymentId: rollout.deploymentId,
          at: environment.clock.now(),
          stage: verdict.stage,
          by,
          reason,
        });
    }
    if (outcome.scope === "all") return switchAll(course, { by, reason });
  }
  if (rollout.stages.at(-1)?.kind === "mirror") {
    const said = verdicts.at(-1)?.reasons.join("; ") ?? "";
    return { status: "aborted", by: "controller", reason: `a shadow only, nothing goes live: ${said}` };
  }
  const switched = trafficSwitch.toCandidate();
  if (!switched.ok) return { status: "failed", by: "controller", reason: switched.reason };
  const breach = verdicts.findLast(({ kind }) => kind === "breach");
  return {
    status: "completed",
    by,
    reason,
    ...(breach === undefined ? {} : { breach: breach.reasons.join("; ") }),
  };
}

/** What resuming needs to know of a promotion that leaves the other stages out. */
function scopeOf({ scope }: Extract<StageOutcome, { readonly kind: "passed" }>) {
  return scope === "all" ? { details: { scope } } : {};
}

/** All traffic to the candidate, without watching. */
async function switchAll(
  { journal, trafficSwitch }: Course,
  decided: { readonly by: string; readonly reason: string },
): Promise<Exclude<Ending, { readonly status: "rejected" }>> {
  const switched = trafficSwitch.toCandidate();
  if (!switched.ok) return { status: "failed", by: "controller", reason: switched.reason };
  await journal.append({ type: "plan_set", revision: switched.revision });
  return { status: "completed", ...decided };
}

function lastOf(verdicts: readonly Verdict[]): { readonly lastVerdict?: Verdict } {
  const lastVerdict = verdicts.at(-1);
  return lastVerdict === undefined ? {} : { lastVerdict };
}
