import type { Command, CommandResult } from "./command.ts";
import { type CourseStep, nextDeadline, type StageCourse } from "./stage-course.ts";

/** What a command changes, or why it does not apply. Pure. */
export function afterCommand(
  course: StageCourse,
  command: Command,
  at: { readonly now: number; readonly stageIndex: number; readonly holdTimeoutSeconds: number },
): { readonly step: CourseStep; readonly result: CommandResult } {
  const { by, reason } = command;
  const why = reason === undefined ? {} : { reason };
  const accept = (step: CourseStep): ReturnType<typeof afterCommand> => ({ step, result: { ok: true } });
  const decline = (text: string): ReturnType<typeof afterCommand> => ({
    step: { course },
    result: { ok: false, reason: text },
  });
  switch (command.type) {
    case "abort":
      return accept({ course, outcome: { kind: "aborted", by, reason: reason ?? "aborted" } });
    case "promote": {
      const { expectedStage, scope } = command;
      if (expectedStage !== undefined && expectedStage !== at.stageIndex) {
        return decline(
          `stage ${expectedStage} was to be promoted, the deployment is in stage ${at.stageIndex}`,
        );
      }
      return accept({ course, outcome: { kind: "passed", by, reason: reason ?? "promoted by hand", scope } });
    }
    case "pause": {
      if (course.phase === "paused") return decline("it is paused already");
      const deadlineAt = at.now + at.holdTimeoutSeconds * 1000;
      const paused: StageCourse = { phase: "paused", since: at.now, deadlineAt, course };
      return accept({ course: paused, notice: { type: "paused", by, ...why } });
    }
    case "resume": {
      if (course.phase !== "paused") return decline("it is not paused");
      const resumed = shifted(course.course, at.now - course.since);
      const deadlineAt = nextDeadline(resumed);
      return accept({ course: resumed, notice: { type: "resumed", by, ...why, deadlineAt } });
    }
  }
}

/** A pause does not count as watching: what was left before it is left after it. */
function shifted(course: StageCourse, ms: number): StageCourse {
  switch (course.phase) {
    case "watching":
      return { ...course, dueAt: course.dueAt + ms, latestAt: course.latestAt + ms };
    case "holding":
    case "waiting":
      return { ...course, deadlineAt: course.deadlineAt + ms };
    case "paused":
      return course;
  }
}
