import { firstValueFrom } from "rxjs";
import type { Course } from "./course.ts";
import { type Stage, stageName } from "./stage.ts";
import { beginCourse, type CourseRules, nextDeadline } from "./stage-course.ts";
import { type StageRun, StageWatch } from "./stage-watch.ts";
import { deploy } from "./steps/deploy.ts";

/** Steps 3 to 5 for one stage: gives the candidate its share, watches, and says how it ended. */
export async function runStage(course: Course, index: number): Promise<StageRun> {
  const { environment, rollout, journal, watch } = course;
  const stage = rollout.stages[index] as Stage;
  const about = { index, name: stageName(stage) };
  const rules: CourseRules = { stage, config: rollout.config, enableRollback: environment.enableRollback };
  const { clock, progress } = environment;
  const startedAt = clock.now();
  const begun = beginCourse(rules, startedAt);
  const deadlineAt = nextDeadline(begun, startedAt);
  const plan = await deploy(course, { about, stage, deadlineAt });
  const { deploymentId } = rollout;
  progress({ type: "stage_entered", deploymentId, at: clock.now(), stage: about, plan, deadlineAt });
  watch.beginStage();
  const stageWatch = new StageWatch(course, { about, startedAt, rules, begun });
  const run = await firstValueFrom(stageWatch.ending$);
  await journal.flush();
  return run;
}
