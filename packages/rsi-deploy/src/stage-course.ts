import type { DeploymentConfig } from "./deployment-config.ts";
import type { Stage } from "./stage.ts";
import type { VerdictKind } from "./verdict.ts";

/**
 * Where a stage stands. Times are milliseconds since the Unix epoch.
 *
 * - `watching`: until `dueAt` it is watched; with too little evidence then, until `latestAt`
 * - `holding`: watched on, until a person decides or enough runs were seen; where both versions fail, until a
 *   person decides
 * - `waiting`: a gate; until a person decides
 * - `paused`: watched, but cannot end well; `resume` goes on with what was left of `course`
 *
 * Every one of them has a time at which it ends by itself.
 */
export type StageCourse =
  | {
      readonly phase: "watching";
      readonly dueAt: number;
      readonly latestAt: number;
      readonly extended: boolean;
    }
  | {
      readonly phase: "holding";
      readonly deadlineAt: number;
      readonly reason: string;
      /** Both versions fail: the better one serves, and only a person can go on. */
      readonly bothUnhealthy?: true;
    }
  | { readonly phase: "waiting"; readonly deadlineAt: number; readonly onDeadline: "rollback" | "promote" }
  | {
      readonly phase: "paused";
      readonly since: number;
      readonly deadlineAt: number;
      readonly course: StageCourse;
    };

/** How a stage is over. */
export type StageOutcome =
  | { readonly kind: "passed"; readonly by: string; readonly reason: string; readonly scope: "stage" | "all" }
  | { readonly kind: "breached" }
  | { readonly kind: "gave_up"; readonly reason: string }
  | { readonly kind: "aborted"; readonly by: string; readonly reason: string };

/** What a step of the course asks to be told to the log and the watchers. */
export type CourseNotice =
  | { readonly type: "extended"; readonly deadlineAt: number; readonly reason: string }
  | { readonly type: "waiting"; readonly deadlineAt: number; readonly reason: string }
  | {
      readonly type: "both_unhealthy";
      readonly deadlineAt: number;
      readonly reason: string;
      readonly better: "baseline" | "candidate";
    }
  | { readonly type: "paused"; readonly by: string; readonly reason?: string }
  | { readonly type: "resumed"; readonly by: string; readonly reason?: string; readonly deadlineAt: number };

/** One step: where the stage stands now, what to tell, and how it ended, where it did. */
export interface CourseStep {
  readonly course: StageCourse;
  readonly notice?: CourseNotice;
  readonly outcome?: StageOutcome;
}

/** What a look at the runs showed. */
export interface Look {
  readonly now: number;
  readonly kind: VerdictKind;
  readonly reasons: readonly string[];
  /** Runs of the candidate in this stage; of a mirror stage, pairs compared. */
  readonly candidateRuns: number;
  /** True while a guard of severity `hold` is tripped. */
  readonly held: boolean;
  /** Present with a breach where the baseline fails too: which of the two is to serve. */
  readonly better?: "baseline" | "candidate";
}

/** What the course of a stage depends on. */
export interface CourseRules {
  readonly stage: Stage;
  readonly config: DeploymentConfig;
  /** False: a breach is reported and the stage goes on. */
  readonly enableRollback: boolean;
}

/** How a stage begins. */
export function beginCourse({ stage, config }: CourseRules, now: number): StageCourse {
  switch (stage.kind) {
    case "watch":
    case "mirror": {
      const ms = watchMs({ stage, config });
      const latestAt = now + ms * (1 + config.maxExtension);
      return { phase: "watching", dueAt: now + ms, latestAt, extended: false };
    }
    case "gate":
    case "preview": {
      const ms = (stage.deadlineSeconds ?? config.holdTimeoutSeconds) * 1000;
      return { phase: "waiting", deadlineAt: now + ms, onDeadline: stage.onDeadline };
    }
  }
}

/** How long a stage has been watched, pauses left out; 0 for one that watches nothing. */
export function watchedMs(course: StageCourse, rules: CourseRules, now: number): number {
  if (course.phase === "paused") return watchedMs(course.course, rules, course.since);
  const whole = watchMs(rules);
  if (course.phase === "watching") return Math.max(0, now - (course.dueAt - whole));
  return course.phase === "holding" ? whole * (1 + rules.config.maxExtension) : 0;
}

/**
 * How a stage goes on that another process has begun: with what was left of its time. Time between the two
 * processes, and whatever the clock did in it, counts neither as watching nor as waiting.
 */
export function resumeCourse(
  rules: CourseRules,
  now: number,
  left: {
    readonly watchedMs: number;
    readonly extended: boolean;
    readonly paused: boolean;
    readonly msLeft: number | undefined;
  },
): StageCourse {
  const begun = beginCourse(rules, now - left.watchedMs);
  const { msLeft } = left;
  const course: StageCourse =
    begun.phase === "watching"
      ? { ...begun, extended: left.extended }
      : msLeft === undefined || begun.phase === "paused"
        ? begun
        : { ...begun, deadlineAt: now + Math.min(msLeft, begun.deadlineAt - now) };
  if (!left.paused) return course;
  const deadlineAt = now + rules.config.holdTimeoutSeconds * 1000;
  return { phase: "paused", since: now, deadlineAt, course };
}

/** When the stage has to be looked at again at the latest, beside the regular interval. */
export function nextDeadline(course: StageCourse): number {
  if (course.phase !== "watching") return course.deadlineAt;
  return course.extended ? course.latestAt : course.dueAt;
}

/** Whether the better one of two failing versions serves: then no look decides any more, only a person. */
export function isHeldForBoth(
  course: StageCourse,
): course is Extract<StageCourse, { readonly phase: "holding" }> & { readonly bothUnhealthy: true } {
  return course.phase === "holding" && course.bothUnhealthy === true;
}

/** What a look changes. Pure. */
export function afterLook(course: StageCourse, look: Look, rules: CourseRules): CourseStep {
  if (isHeldForBoth(course)) return expired(course, look, `held until its deadline: ${course.reason}`);
  // A mirrored candidate has no traffic to keep, so that its breach ends the stage in any case.
  const final = rules.enableRollback || rules.stage.kind === "mirror";
  if (look.kind === "breach" && final) {
    return look.better === undefined
      ? { course, outcome: { kind: "breached" } }
      : holdOnBetter(course, { ...look, better: look.better }, rules);
  }
  switch (course.phase) {
    case "watching":
      return watching(course, look, rules);
    case "holding":
      if (isFine(look, rules)) return { course, outcome: passed(`${look.kind} after holding`) };
      return expired(course, look, `held until its deadline: ${course.reason}`);
    case "waiting":
      if (course.onDeadline === "promote" && look.now >= course.deadlineAt) {
        return { course, outcome: passed("nobody objected until the deadline") };
      }
      return expired(course, look, "nobody approved until the deadline");
    case "paused":
      return expired(course, look, "still paused at the deadline");
  }
}

function watching(
  course: Extract<StageCourse, { readonly phase: "watching" }>,
  look: Look,
  rules: CourseRules,
): CourseStep {
  const { stage, config } = rules;
  const { now, kind, reasons } = look;
  const fine = isFine(look, rules);
  const untilRuns = "untilRuns" in stage ? stage.untilRuns : undefined;
  if (fine && untilRuns !== undefined && look.candidateRuns >= untilRuns) {
    return { course, outcome: passed(`${look.candidateRuns} runs seen, ${kind}`) };
  }
  if (fine && kind === "safe" && config.promoteEarly) return { course, outcome: passed("safety is shown") };
  if (now < course.dueAt) return { course };
  if (fine) return { course, outcome: passed(kind) };
  const reason = reasons.join("; ");
  if (now < course.latestAt) {
    if (course.extended) return { course };
    const notice: CourseNotice = { type: "extended", deadlineAt: course.latestAt, reason };
    return { course: { ...course, extended: true }, notice };
  }
  return outOfTime(course, look, rules);
}

/** The time is up, the extension too, and there is still too little to go by. */
function outOfTime(course: StageCourse, look: Look, { config }: CourseRules): CourseStep {
  const reason = look.reasons.join("; ");
  const decision = look.held ? "hold" : config.onInsufficientEvidence;
  switch (decision) {
    case "rollback":
      return { course, outcome: { kind: "gave_up", reason: `not enough evidence in time: ${reason}` } };
    case "promote":
      return { course, outcome: passed(`promoted without enough evidence, as configured: ${reason}`) };
    case "hold": {
      const deadlineAt = look.now + config.holdTimeoutSeconds * 1000;
      const notice: CourseNotice = { type: "waiting", deadlineAt, reason };
      return { course: { phase: "holding", deadlineAt, reason }, notice };
    }
  }
}

/** Taking the candidate back would be no remedy: the better one serves until a person decides, or the deadline. */
function holdOnBetter(
  course: StageCourse,
  look: Look & { readonly better: "baseline" | "candidate" },
  { config }: CourseRules,
): CourseStep {
  if (course.phase === "paused" && isHeldForBoth(course.course)) {
    return expired(course, look, "still paused at the deadline");
  }
  const deadlineAt = look.now + config.holdTimeoutSeconds * 1000;
  const reason = look.reasons[0] ?? "both versions fail";
  return {
    course: { phase: "holding", deadlineAt, reason, bothUnhealthy: true },
    notice: { type: "both_unhealthy", deadlineAt, reason, better: look.better },
  };
}

/** How long a stage is watched when all is well. */
function watchMs({ stage, config }: Pick<CourseRules, "stage" | "config">): number {
  const seconds = "durationSeconds" in stage ? stage.durationSeconds : undefined;
  return (seconds ?? config.monitoringDurationSeconds) * 1000;
}

function isFine({ kind, held }: Look, { enableRollback }: CourseRules): boolean {
  return (kind === "healthy" || kind === "safe" || (kind === "breach" && !enableRollback)) && !held;
}

function expired(
  course: Exclude<StageCourse, { readonly phase: "watching" }>,
  { now }: Look,
  reason: string,
): CourseStep {
  return now < course.deadlineAt ? { course } : { course, outcome: { kind: "gave_up", reason } };
}

function passed(reason: string): StageOutcome {
  return { kind: "passed", by: "controller", reason, scope: "stage" };
}
