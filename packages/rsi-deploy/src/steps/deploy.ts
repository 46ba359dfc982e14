import { type JsonObject, SparkError, type TrafficPlan } from "@spark/graph";
import type { Course } from "../course.ts";
import { planForStage, type Stage } from "../stage.ts";

/**
 * Step 3: announces the stage, puts its plan in force, and confirms it. The announcement is safe before the
 * traffic moves. A gate leaves the traffic as it is, and so does a stage whose candidate has tripped a guard
 * in the meantime.
 */
export async function deploy(
  course: Course,
  at: {
    readonly about: { readonly index: number; readonly name: string };
    readonly stage: Stage;
    readonly deadlineAt: number;
    /** True where another process has announced the stage already. */
    readonly resumed: boolean;
  },
): Promise<TrafficPlan> {
  const { journal, trafficSwitch, environment, watch } = course;
  const { about, stage, deadlineAt } = at;
  const planned = planForStage(stage, trafficSwitch.versions);
  const announced = planned ?? environment.target.plan;
  await journal.append(
    at.resumed
      ? { type: "recovered", by: "controller", deadlineAt }
      : { type: "stage_entered", ...about, plan: announced as unknown as JsonObject, deadlineAt },
  );
  const takenBack = environment.enableRollback && watch.tripped !== undefined;
  if (planned === undefined || takenBack) return environment.target.plan;
  const switched = trafficSwitch.to(planned);
  if (!switched.ok) throw new SparkError("illegal_state", `Stage "${about.name}": ${switched.reason}.`);
  endBaselineRuns(course, switched.plan);
  await journal.append({ type: "plan_set", revision: switched.revision });
  return switched.plan;
}

/** With `inFlightOnSwitch: "abort"`, ends what is under way on a baseline that serves no longer. */
function endBaselineRuns({ rollout, environment }: Course, plan: TrafficPlan): void {
  const { baseline, candidate, config, deploymentId } = rollout;
  if (plan.kind !== "all" || plan.version !== candidate.versionId || config.inFlightOnSwitch === "finish")
    return;
  environment.target.abortRuns(
    baseline.versionId,
    new SparkError("run_aborted", `Version ${baseline.label} was replaced while this run was under way.`, {
      details: { deploymentId },
    }),
  );
}
