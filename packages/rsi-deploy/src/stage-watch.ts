import type { JsonObject } from "@spark/graph";
import { BehaviorSubject, concat, EMPTY, filter, finalize, map, type Observable, of } from "rxjs";
import { afterCommand } from "./after-command.ts";
import type { Course } from "./course.ts";
import { askGate } from "./gates/ask-gate.ts";
import type { ShadowTallyJson } from "./shadow/shadow-report.ts";
import type { PendingCommand } from "./inbox.ts";
import { ShadowWatch } from "./shadow/shadow-watch.ts";
import type { StageCheckpoint } from "./stage-checkpoint.ts";
import {
  afterLook,
  type CourseNotice,
  type CourseRules,
  type CourseStep,
  isHeldForBoth,
  nextDeadline,
  type StageCourse,
  type StageOutcome,
  watchedMs,
} from "./stage-course.ts";
import { evaluate } from "./steps/evaluate.ts";
import { evaluateShadow } from "./steps/evaluate-shadow.ts";
import { serveBetter } from "./steps/serve-better.ts";
import { monitor, type Occasion } from "./steps/monitor.ts";
import { suspectsOf } from "./suspects.ts";
import type { Verdict } from "./verdict.ts";

/** How a stage went: its outcome, and the last verdict on the way. */
export interface StageRun {
  readonly outcome: StageOutcome;
  readonly verdict: Verdict;
}

/** The shell around a stage's course: looks when there is an occasion, tells, and ends when the course does. */
export class StageWatch {
  readonly ending$: Observable<StageRun>;
  readonly #course: Course;
  readonly #about: { readonly index: number; readonly name: string };
  readonly #startedAt: number;
  readonly #rules: CourseRules;
  readonly #deadlines: BehaviorSubject<number>;
  readonly #shadow: ShadowWatch | undefined;
  readonly #asking = new AbortController();
  #state: StageCourse;

  constructor(
    course: Course,
    stage: {
      readonly about: { readonly index: number; readonly name: string };
      readonly startedAt: number;
      readonly rules: CourseRules;
      readonly begun: StageCourse;
      readonly shadow?: ShadowTallyJson;
    },
  ) {
    this.#course = course;
    this.#about = stage.about;
    this.#startedAt = stage.startedAt;
    this.#rules = stage.rules;
    this.#state = stage.begun;
    const { clock } = course.environment;
    this.#deadlines = new BehaviorSubject(nextDeadline(stage.begun));
    const occasions$ = monitor({
      clock,
      intervalSeconds: course.rollout.config.monitoringIntervalSeconds,
      deadlines$: this.#deadlines,
      watch: course.watch,
      commands$: course.inbox.commands$,
    });
    // A guard may have tripped while the stage was being entered.
    const first$ = course.watch.tripped === undefined ? EMPTY : of<Occasion>({ type: "trip" });
    this.ending$ = concat(first$, occasions$).pipe(
      map((occasion) => this.#react(occasion)),
      filter((run) => run !== undefined),
      finalize(() => this.#stop()),
    );
    this.#shadow = this.#watchShadow();
    if (stage.shadow !== undefined) this.#shadow?.restore(stage.shadow);
    this.#askGate();
  }

  #watchShadow(): ShadowWatch | undefined {
    if (this.#rules.stage.kind !== "mirror") return undefined;
    const { rollout, environment } = this.#course;
    const comparison = {
      numericTolerance: rollout.config.numericTolerance,
      comparators: environment.comparators,
    };
    return new ShadowWatch(environment.target, { candidate: rollout.candidate.versionId, comparison });
  }

  #askGate(): void {
    const { stage } = this.#rules;
    if (stage.kind !== "gate" && stage.kind !== "preview") return;
    const deadlineAt = nextDeadline(this.#state);
    void askGate(this.#course, {
      about: this.#about,
      approver: stage.approver,
      deadlineAt,
      signal: this.#asking.signal,
      onUnanswered: (reason) => this.#announce({ type: "waiting", deadlineAt, reason }),
    });
  }

  #stop(): void {
    this.#shadow?.stop();
    this.#asking.abort(new Error("the gate is decided"));
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
        ...(verdict.better === undefined ? {} : { better: verdict.better }),
      },
      this.#rules,
    );
    return this.#take(step, verdict);
  }

  #obey(pending: PendingCommand): StageRun | undefined {
    const { command } = pending;
    const { inbox, journal } = this.#course;
    const { step, result } = afterCommand(this.#state, command, {
      now: this.#course.environment.clock.now(),
      stageIndex: this.#about.index,
      holdTimeoutSeconds: this.#course.rollout.config.holdTimeoutSeconds,
    });
    if (result.ok) inbox.accept(pending);
    else pending.answer(result);
    if (step.outcome?.kind === "passed") this.#course.watch.overrule();
    const { kind } = this.#rules.stage;
    if ((kind === "gate" || kind === "preview") && step.outcome !== undefined) {
      const approved = step.outcome.kind === "passed";
      const { by, reason } = command;
      const why = reason === undefined ? {} : { reason };
      journal.note({ type: "gate_decided", gate: this.#about.name, approved, by, ...why });
    }
    const run = this.#take(step, undefined);
    // What ends the stage is acknowledged with the decision that follows.
    if (run === undefined) void journal.flush().then(() => inbox.acknowledge());
    return run;
  }

  #take({ course, notice, outcome }: CourseStep, verdict: Verdict | undefined): StageRun | undefined {
    this.#state = course;
    if (outcome !== undefined) return { outcome, verdict: verdict ?? this.#verdict() };
    if (notice !== undefined) this.#announce(notice);
    const deadlineAt = nextDeadline(course);
    if (deadlineAt !== this.#deadlines.value) this.#deadlines.next(deadlineAt);
    return undefined;
  }

  #announce(notice: CourseNotice): void {
    const { journal, rollout, environment } = this.#course;
    const at = environment.clock.now();
    switch (notice.type) {
      case "extended":
        journal.note({ type: "extended", deadlineAt: notice.deadlineAt });
        break;
      case "waiting":
        break;
      case "both_unhealthy":
        journal.note({ type: "decided", decision: "hold", reason: notice.reason, by: "controller" });
        serveBetter(notice.better, this.#course.trafficSwitch, { target: environment.target, rollout });
        break;
      case "paused":
      case "resumed":
        journal.note(notice);
        break;
    }
    environment.progress({ ...notice, deploymentId: rollout.deploymentId, at, stage: this.#about });
  }

  #verdict(): Verdict {
    const { watch, environment } = this.#course;
    const { stage, config } = this.#rules;
    const common = {
      at: environment.clock.now(),
      stage: { ...this.#about, startedAt: this.#startedAt },
      minimumRuns: ("minimumRuns" in stage ? stage.minimumRuns : undefined) ?? config.minimumRuns,
      panel: watch.tripped ?? watch.read(),
      candidateMetrics: watch.candidateMetrics(),
    };
    if (this.#shadow === undefined || stage.kind !== "mirror") {
      const observed = { ...common, runs: watch.stageRuns, baselineMetrics: watch.baselineMetrics() };
      return this.#withBlame(evaluate(observed));
    }
    return evaluateShadow({
      ...common,
      comparable: this.#shadow.comparable,
      maxDisagreement: stage.maxDisagreement ?? config.maxDisagreement,
      report: this.#shadow.report(1 - config.falseRollbackProbability),
    });
  }

  /** Names the nodes to blame. The baseline serves again by now, where it is to. */
  #withBlame(verdict: Verdict): Verdict {
    if (verdict.kind !== "breach") return verdict;
    const { watch, environment, rollout } = this.#course;
    return { ...verdict, blame: suspectsOf(rollout, environment.recent, watch.startedAt) };
  }

  #checkpoint(now: number): StageCheckpoint {
    const shadow = this.#shadow?.checkpoint();
    return {
      ...this.#course.watch.checkpoint(),
      watchedMs: watchedMs(this.#state, this.#rules, now),
      ...(shadow === undefined ? {} : { shadow }),
    };
  }

  #tell(verdict: Verdict): void {
    const { journal, environment, rollout } = this.#course;
    const { deploymentId } = rollout;
    const { at } = verdict;
    if (verdict.kind === "breach") {
      const rolledBack = environment.enableRollback && !verdict.bothUnhealthy && !isHeldForBoth(this.#state);
      environment.progress({ type: "breach", deploymentId, at, stage: this.#about, verdict, rolledBack });
    } else {
      environment.progress({ type: "checked", deploymentId, at, stage: this.#about, verdict });
    }
    journal.note({
      type: "checked",
      checkpoint: this.#checkpoint(at) as unknown as JsonObject,
      ...(verdict.baselineMetrics === undefined ? {} : { baselineMetrics: verdict.baselineMetrics }),
      deployedMetrics: verdict.candidateMetrics,
      verdict: verdict as unknown as JsonObject,
    });
  }
}
