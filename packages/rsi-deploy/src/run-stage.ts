import { firstValueFrom } from "rxjs";
import type { Course } from "./course.ts";
import { type Stage, stageName } from "./stage.ts";
import type { Resumption } from "./resumption.ts";
import {
  beginCourse,
  type CourseRules,
  nextDeadline,
  resumeCourse,
  type StageCourse,
} from "./stage-course.ts";
import { type StageRun, StageWatch } from "./stage-watch.ts";
import { deploy } from "./steps/deploy.ts";

/** Steps 3 to 5 for one stage: gives the candidate its share, watches, and says how it ended. */
export async function runStage(
  course: Course,
  index: number,
  resumed?: Extract<Resumption, { readonly kind: "stage" }>,
): Promise<StageRun> {
  const { environment, rollout, journal, watch } = course;
  const stage = rollout.stages[index] as Stage;
  const about = { index, name: stageName(stage) };
  const rules: CourseRules = { stage, config: rollout.config, enableRollback: environment.enableRollback };
  const { clock, progress } = environment;
  const startedAt = clock.now();
  const begun = resumed === undefined ? beginCourse(rules, startedAt) : goOn(rules, startedAt, resumed);
  const deadlineAt = nextDeadline(begun);
  const plan = await deploy(course, { about, stage, deadlineAt, resumed: resumed !== undefined });
  const { deploymentId } = rollout;
  progress({ type: "stage_entered", deploymentId, at: clock.now(), stage: about, plan, deadlineAt });
  if (resumed === undefined) watch.beginStage();
  const shadow = resumed?.checkpoint?.shadow;
  const stageWatch = new StageWatch(course, { about, startedAt, rules, begun, ...(shadow && { shadow }) });
  const run = await firstValueFrom(stageWatch.ending$);
  await journal.flush();
  return run;
}

function goOn(
  rules: CourseRules,
  now: number,
  resumed: Extract<Resumption, { readonly kind: "stage" }>,
): StageCourse {
  return resumeCourse(rules, now, { ...resumed, watchedMs: resumed.checkpoint?.watchedMs ?? 0 });
}
