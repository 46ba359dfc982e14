import { type JsonObject, SparkError, type TrafficPlan } from "@spark/graph";
import { BehaviorSubject, filter, firstValueFrom, map, type Observable } from "rxjs";
import type { Environment } from "./environment.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { Rollout } from "./rollout.ts";
import { type Stage, stageName } from "./stage.ts";
import {
  afterCommand,
  afterLook,
  beginCourse,
  type CourseRules,
  type CourseStep,
  nextDeadline,
  type StageCourse,
  type StageOutcome,
} from "./stage-course.ts";
import { evaluate } from "./steps/evaluate.ts";
import { monitor, type Occasion } from "./steps/monitor.ts";
import type { TrafficSwitch } from "./traffic-switch.ts";
import type { Verdict } from "./verdict.ts";
import type { Watch } from "./watch.ts";

/** What the stages of one deployment share. */
export interface Course {
  readonly rollout: Rollout;
  readonly environment: Environment;
  readonly journal: Journal;
  readonly trafficSwitch: TrafficSwitch;
  readonly watch: Watch;
  readonly inbox: Inbox;
}

/** How a stage went: its outcome, and every verdict on the way. */
export interface StageRun {
  readonly outcome: StageOutcome;
  readonly verdict: Verdict;
}

/** Steps 3 to 5 for one stage: gives the candidate its share, watches, and says how it ended. */
export async function runStage(
  course: Course,
  at: { readonly index: number; readonly resumed?: { readonly enteredAt: number } },
): Promise<StageRun> {
  const { environment, rollout, journal, watch } = course;
  const { index } = at;
  const stage = rollout.stages[index] as Stage;
  const about = { index, name: stageName(stage) };
  const rules: CourseRules = {
    stage,
    config: rollout.config,
    enableRollback: environment.enableRollback,
  };
  const { clock, progress } = environment;
  const startedAt = at.resumed?.enteredAt ?? clock.now();
  const begun = beginCourse(rules, startedAt);
  const deadlineAt = nextDeadline(begun, startedAt);
  const plan = await enter(course, { about, stage, deadlineAt, resumed: at.resumed !== undefined });
  const { deploymentId } = rollout;
  progress({ type: "stage_entered", deploymentId, at: clock.now(), stage: about, plan, deadlineAt });
  watch.beginStage();
  const stageRun = new StageWatch(course, { about, startedAt, rules, begun });
  const run = await firstValueFrom(stageRun.ending$);
  await journal.flush();
  return run;
}

/** Announces the stage, sets its plan, and confirms it. A gate leaves the traffic as it is. */
async function enter(
  course: Course,
  at: {
    readonly about: { readonly index: number; readonly name: string };
    readonly stage: Stage;
    readonly deadlineAt: number;
    readonly resumed: boolean;
  },
): Promise<TrafficPlan> {
  const { journal, trafficSwitch, environment } = course;
  const { about, stage, deadlineAt } = at;
  const planned = stage.kind === "watch" ? trafficSwitch.planFor(stage.share) : environment.target.plan;
  if (!at.resumed) {
    await journal.append({
      type: "stage_entered",
      ...about,
      plan: planned as unknown as JsonObject,
      deadlineAt,
    });
  }
  if (stage.kind === "gate") return planned;
  const switched = trafficSwitch.toShare(stage.share);
  if (!switched.ok) throw new SparkError("illegal_state", `Stage "${about.name}": ${switched.reason}.`);
  await journal.append({ type: "plan_set", revision: switched.revision });
  return switched.plan;
}

/** The shell around a stage's course: looks when there is an occasion, tells, and ends when the course does. */
class StageWatch {
  readonly ending$: Observable<StageRun>;
  readonly #course: Course;
  readonly #about: { readonly index: number; readonly name: string };
  readonly #startedAt: number;
  readonly #rules: CourseRules;
  readonly #deadlines: BehaviorSubject<number>;
  #state: StageCourse;

  constructor(
    course: Course,
    stage: {
      readonly about: { readonly index: number; readonly name: string };
      readonly startedAt: number;
      readonly rules: CourseRules;
      readonly begun: StageCourse;
    },
  ) {
    this.#course = course;
    this.#about = stage.about;
    this.#startedAt = stage.startedAt;
    this.#rules = stage.rules;
    this.#state = stage.begun;
    const { clock } = course.environment;
    this.#deadlines = new BehaviorSubject(nextDeadline(stage.begun, clock.now()));
    const occasions$ = monitor({
      clock,
      intervalSeconds: course.rollout.config.monitoringIntervalSeconds,
      deadlines$: this.#deadlines,
      watch: course.watch,
      commands$: course.inbox.commands$,
    });
    this.ending$ = occasions$.pipe(
      map((occasion) => this.#react(occasion)),
      filter((run) => run !== undefined),
    );
  }

  #react(occasion: Occasion): StageRun | undefined {
    switch (occasion.type) {
      case "command":
        return this.#obey(occasion.pending);
      case "interval":
      case "deadline":
      case "trip":
        return this.#look(occasion.type);
    }
  }

  #look(type: "interval" | "deadline" | "trip"): StageRun | undefined {
    const { watch } = this.#course;
    const verdict = this.#verdict();
    this.#tell(verdict);
    if (type !== "trip") watch.closeCheck();
    const step = afterLook(
      this.#state,
      {
        now: verdict.at,
        kind: verdict.kind,
        reasons: verdict.reasons,
        candidateRuns: verdict.runs.candidate,
        held: verdict.readings.some(({ breached, severity }) => breached && severity === "hold"),
      },
      this.#rules,
    );
    return this.#take(step, verdict);
  }

  #obey({
    command,
    answer,
  }: Extract<Occasion, { readonly type: "command" }>["pending"]): StageRun | undefined {
    const { step, result } = afterCommand(this.#state, command, {
      now: this.#course.environment.clock.now(),
      stageIndex: this.#about.index,
      holdTimeoutSeconds: this.#course.rollout.config.holdTimeoutSeconds,
    });
    answer(result);
    return this.#take(step, undefined);
  }

  #take({ course, notice, outcome }: CourseStep, verdict: Verdict | undefined): StageRun | undefined {
    this.#state = course;
    const now = this.#course.environment.clock.now();
    if (outcome !== undefined) return { outcome, verdict: verdict ?? this.#verdict() };
    if (notice !== undefined) this.#announce(notice, now);
    const deadlineAt = nextDeadline(course, now);
    if (deadlineAt !== this.#deadlines.value) this.#deadlines.next(deadlineAt);
    return undefined;
  }

  #announce(notice: NonNullable<CourseStep["notice"]>, now: number): void {
    const { journal, rollout, environment } = this.#course;
    switch (notice.type) {
      case "extended":
        journal.note({ type: "extended", deadlineAt: notice.deadlineAt });
        break;
      case "waiting":
        journal.note({ type: "gate_waiting", gate: this.#about.name, deadlineAt: notice.deadlineAt });
        break;
      case "paused":
      case "resumed":
        journal.note(notice);
        break;
    }
    environment.progress({ ...notice, deploymentId: rollout.deploymentId, at: now, stage: this.#about });
  }

  #verdict(): Verdict {
    const { watch, environment } = this.#course;
    const { stage, config } = this.#rules;
    return evaluate({
      at: environment.clock.now(),
      stage: { ...this.#about, startedAt: this.#startedAt },
      runs: watch.stageRuns,
      minimumRuns: (stage.kind === "watch" ? stage.minimumRuns : undefined) ?? config.minimumRuns,
      panel: watch.tripped ?? watch.read(),
      baselineMetrics: watch.baselineMetrics(),
      candidateMetrics: watch.candidateMetrics(),
    });
  }

  #tell(verdict: Verdict): void {
    const { journal, environment, rollout, watch } = this.#course;
    const { deploymentId } = rollout;
    const { at } = verdict;
    if (verdict.kind === "breach") {
      const rolledBack = environment.enableRollback;
      environment.progress({ type: "breach", deploymentId, at, stage: this.#about, verdict, rolledBack });
    } else {
      environment.progress({ type: "checked", deploymentId, at, stage: this.#about, verdict });
    }
    journal.note({
      type: "checked",
      checkpoint: watch.checkpoint(),
      ...(verdict.baselineMetrics === undefined ? {} : { baselineMetrics: verdict.baselineMetrics }),
      deployedMetrics: verdict.candidateMetrics,
      verdict: verdict as unknown as JsonObject,
    });
  }
}
