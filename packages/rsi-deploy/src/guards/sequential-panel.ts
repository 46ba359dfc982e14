import { requiredLogEvidence } from "@spark/evidence";
import type { JsonObject } from "@spark/graph";
import { BaselineFloor } from "./baseline-floor.ts";
import { isOwnFailure } from "./both-unhealthy.ts";
import { type BlamedRun, ConcernedGuards, type MeasuredRun } from "./concerned-guards.ts";
import { type CountedRun, isFailureOfCandidate } from "./counted-run.ts";
import { FirstOfKey } from "./first-of-key.ts";
import { GuardGroup } from "./guard-group.ts";
import {
  breachesOf,
  type ComparedMetrics,
  type GuardPanel,
  type PanelReading,
  type RunsInOrder,
} from "./guard-panel.ts";
import { Severity } from "./guard-reading.ts";
import { type GuardRule, missingRule } from "./guard-rule.ts";
import type { GuardSetup } from "./guard-setup.ts";
import { panelCheckpoint, restorePanel } from "./panel-checkpoint.ts";
import { SequentialGuard } from "./sequential-guard.ts";
import { fuseReading, notArmedReading, readGuard } from "./sequential-reading.ts";
import { ShareInForce } from "./share-in-force.ts";
import { StartOrder } from "./start-order.ts";
import { failBoth, nullFailureRate, shownSafety } from "./sides-compared.ts";
import { type Streak, streakOf } from "./streak.ts";

/** What is still under way, asked when evidence is computed. */
export interface Traffic {
  /** Runs under way on each side. */
  underWay(): { readonly baseline: number; readonly candidate: number };
  /** Up to where, in the order of starts, every run of the candidate has ended. */
  candidateSettledUpTo(): number;
  /** The same for both sides together. */
  settledUpTo(): number;
}

/**
 * The guards of the sequential decision.
 *
 * All armed guards of one severity share one budget: their evidence is averaged with fixed weights, and the
 * candidate is taken back when the average bounds the probability of doing so wrongly. Evidence grows only with
 * bad runs, so only those cost more than a few additions; guards that do not roll back are read at checks only.
 */
export class SequentialPanel implements GuardPanel {
  readonly #setup: GuardSetup;
  readonly #required: number;
  readonly #traffic: Traffic;
  readonly #guards: readonly SequentialGuard[];
  /** The guards that a run with a baseline alongside concerns, and one without. */
  readonly #alongside: ConcernedGuards;
  readonly #alone: ConcernedGuards;
  readonly #groups: readonly GuardGroup[];
  readonly #decisive: GuardGroup;
  /** The error guard that has the baseline alongside, if the stages leave one. */
  readonly #errorsAlongside: SequentialGuard | undefined;
  readonly #streak: Streak | undefined;
  readonly #baselineFloor: BaselineFloor | undefined;
  readonly #rules: readonly GuardRule[];
  readonly #candidateOrder: StartOrder<MeasuredRun>;
  readonly #jointOrder: StartOrder<BlamedRun>;
  readonly #candidateKeys = new FirstOfKey();
  /** Failures of the candidate that the fuse is still to be told of, once earlier runs have ended. */
  #failuresWaiting = 0;
  readonly #inForce = new ShareInForce();
  /** The last one that left a baseline alongside; some of its runs may still be under way. */
  readonly #split = new ShareInForce();

  /** @param options.rules - How the guards of the setup read a run; one that is missing says so in its reading. */
  constructor(
    setup: GuardSetup,
    traffic: Traffic,
    options: {
      readonly rules: readonly GuardRule[];
      readonly from: number;
      readonly minimumFailures: number;
    },
  ) {
    const { rules, from, minimumFailures } = options;
    this.#setup = setup;
    this.#required = requiredLogEvidence(setup.risk.evidence);
    this.#traffic = traffic;
    this.#rules = rules;
    this.#guards = setup.tests
      .filter(({ weight }) => weight > 0)
      .map((test) => new SequentialGuard(test, this.#ruleOf(test), setup.checks));
    this.#alongside = new ConcernedGuards(this.#guards.filter(({ test }) => test.comparedWith !== "before"));
    this.#alone = new ConcernedGuards(this.#guards.filter(({ test }) => test.comparedWith !== "alongside"));
    const limits = { required: this.#required, minimumFailures };
    this.#groups = Severity.options.map((severity) => new GuardGroup(severity, this.#guards, limits));
    this.#decisive = this.#groups.find(({ severity }) => severity === "rollback") as GuardGroup;
    const alongside = setup.tests.some(({ comparedWith }) => comparedWith === "alongside");
    this.#streak = streakOf(setup);
    this.#errorsAlongside = this.#alongside.all.find(({ test }) => test.guard === "error_rate");
    const nullRate = nullFailureRate(setup);
    const starts = { from, settledUpTo: () => traffic.settledUpTo() };
    this.#baselineFloor =
      alongside && nullRate !== undefined
        ? new BaselineFloor({ nullRate, checks: setup.checks, ...starts })
        : undefined;
    this.#candidateOrder = new StartOrder(
      { from, settledUpTo: () => traffic.candidateSettledUpTo() },
      (run, wasAhead) => this.#settleCandidate(run, wasAhead),
    );
    this.#jointOrder = new StartOrder(starts, (run, wasAhead) => this.#settleJoint(run, wasAhead));
  }

  count(run: CountedRun): boolean {
    const asked = this.#concernedBy(run.share).toAsk(run.record);
    const mayTrip = asked.length === 0 ? this.#countGood(run) : this.#ask(run, asked);
    return this.#streak?.tripped === true || (mayTrip && this.#hasTripped());
  }

  countGood(runs: RunsInOrder): void {
    runs.forEach((run) => this.#countGood(run));
  }

  /** Counts a run that is good to all guards. */
  #countGood(run: CountedRun): false {
    const { record, side, share } = run;
    const isSettled = record.sequence < this.#traffic.settledUpTo();
    this.#noteShare(run);
    this.#concernedBy(share).addGood(side);
    if (side === "candidate") this.#enterCandidate({ record, side, share, asked: nobody, measured: nothing });
    else if (share < 1) this.#baselineFloor?.count(run, isSettled);
    // Where no failure waits and there is no row of them, a success is no news to the fuse.
    if (!isSettled || !this.#jointOrder.isIdle || (this.#streak?.length ?? 0) > 0) this.#enterJoint(run);
    return false;
  }

  /** Counts a run of which guards have to be asked one by one; true when it may have been one too many. */
  #ask(run: CountedRun, asked: readonly SequentialGuard[]): boolean {
    const { record, side, share } = run;
    this.#noteShare(run);
    const measured: number[] = [];
    let blamed = nobody;
    let mayTrip = false;
    for (const guard of asked) {
      const value = guard.reader.measure(record);
      measured.push(value);
      if (Number.isNaN(value)) continue;
      const bad = guard.isBad(value);
      (side === "candidate" ? guard.candidate : guard.baseline).add(value, bad);
      if (!bad) guard.noteGood(record);
      else if (guard.attributed !== undefined && guard.countsBad(record)) blamed = [...blamed, guard];
      mayTrip ||= bad && side === "candidate" && guard.test.severity === "rollback";
    }
    const concerned = this.#concernedBy(share);
    if (asked === concerned.particular) concerned.addGood(side);
    else concerned.noteAsked(record);
    if (side === "candidate") this.#enterCandidate({ record, side, share, asked, measured });
    else if (share < 1) this.#baselineFloor?.count(run);
    this.#enterJoint(blamed === nobody ? run : { record, side, share, blamed });
    return mayTrip;
  }

  /** Good runs only take evidence away; but one may be what failures, or a row of them, were waiting for. */
  canWait({ record, share }: CountedRun): boolean {
    if (this.#failuresWaiting > 0 || this.#streak?.isLong === true) return false;
    return this.#concernedBy(share).toAsk(record).length === 0;
  }

  read(metrics: ComparedMetrics): PanelReading {
    this.#settle();
    const underWay = this.#underWay();
    const required = this.#required;
    const groups = this.#groups.map((group) => group.read(underWay));
    const tripped = new Set(groups.flatMap((group) => (group?.tripped === true ? [group.leading] : [])));
    const readings = [
      ...this.#guards.map((guard) => {
        const said = { log: guard.log(underWay), required, breached: tripped.has(guard) };
        return readGuard(guard, { metrics, ...said });
      }),
      ...this.#setup.tests
        .filter(({ weight }) => weight === 0)
        .map((test) => notArmedReading(test, this.#ruleOf(test))),
      fuseReading(this.#setup.streakLimit, this.#streak, this.#guards[0]?.candidate.runs ?? 0),
    ];
    const breaches = breachesOf(readings);
    const decisive = groups[this.#groups.indexOf(this.#decisive)];
    const { whole } = this.#setup.risk;
    const safety = shownSafety(this.#errorsAlongside, whole);
    const both =
      this.#inForce.share < 1 && breaches.some(isOwnFailure)
        ? failBoth(this.#setup, { errors: this.#errorsAlongside, floor: this.#baselineFloor, underWay })
        : undefined;
    return {
      readings,
      breaches,
      ...(decisive === undefined ? {} : { evidence: { log: decisive.log, required } }),
      ...(safety === undefined ? {} : { safety }),
      ...(both === undefined ? {} : { bothUnhealthy: both }),
    };
  }

  closeCheck(): void {
    this.#settle();
    this.#baselineFloor?.closeCheck();
    for (const guard of this.#guards) guard.closeCheck();
    this.#candidateKeys.clear();
  }

  checkpoint(): JsonObject {
    this.#settle();
    return panelCheckpoint({ guards: this.#guards, baselineFloor: this.#baselineFloor });
  }

  restore(checkpoint: JsonObject): void {
    restorePanel({ guards: this.#guards, baselineFloor: this.#baselineFloor }, checkpoint);
  }

  #ruleOf({ guard, severity }: GuardSetup["tests"][number]): GuardRule {
    return this.#rules.find(({ name }) => name === guard) ?? missingRule(guard, severity);
  }

  #underWay(): { readonly baseline: number; readonly candidate: number; readonly share: number } {
    return { ...this.#traffic.underWay(), share: this.#split.share };
  }

  #hasTripped(): boolean {
    this.#settle();
    return this.#decisive.read(this.#underWay())?.tripped === true;
  }

  #noteShare(run: CountedRun): void {
    this.#inForce.note(run);
    if (run.share < 1) this.#split.note(run);
  }

  #concernedBy(share: number): ConcernedGuards {
    return share < 1 ? this.#alongside : this.#alone;
  }

  /** Before anything is read: what has become settled meanwhile, and what was counted for all guards at once. */
  #settle(): void {
    this.#candidateOrder.drain();
    this.#jointOrder.drain();
    this.#baselineFloor?.settle();
    this.#alongside.handOver();
    this.#alone.handOver();
  }

  /**
   * Where the run has to wait for earlier ones it is counted as ahead; not so with a key, whose first run is
   * known only once all that started earlier have ended.
   */
  #enterCandidate(run: MeasuredRun): void {
    const { record, share, asked, measured } = run;
    const waits = this.#candidateOrder.add(run);
    if (waits && share >= 1 && !record.ok) this.#failuresWaiting += 1;
    if (!waits || record.key !== undefined) return;
    asked.forEach((guard, at) => {
      const value = measured[at] as number;
      if (!Number.isNaN(value)) guard.addAhead(value);
    });
    const concerned = this.#concernedBy(share);
    if (asked.length === 0 || asked === concerned.particular) concerned.addGoodAhead();
  }

  #settleCandidate(run: MeasuredRun, waited: boolean): void {
    const { record, share, asked, measured } = run;
    if (share >= 1) this.#tellFuse(run, waited);
    if (!this.#candidateKeys.accepts(record)) return;
    const wasAhead = waited && record.key === undefined;
    asked.forEach((guard, at) => {
      const value = measured[at] as number;
      if (!Number.isNaN(value)) guard.settle(value, wasAhead);
    });
    const concerned = this.#concernedBy(share);
    if (asked.length === 0 || asked === concerned.particular) concerned.settleGood(wasAhead);
  }

  /** Only bad runs say whose fault it is; the fuse compares both sides run by run. */
  #enterJoint(run: BlamedRun): void {
    const { blamed = nobody, share } = run;
    if (blamed.length === 0 && (share >= 1 || this.#streak === undefined)) return;
    if (this.#jointOrder.add(run)) {
      for (const guard of blamed) guard.attributed?.addAhead(run);
      if (share < 1 && isFailureOfCandidate(run)) this.#failuresWaiting += 1;
    }
  }

  #settleJoint(run: BlamedRun, wasAhead: boolean): void {
    if (run.share < 1) this.#tellFuse(run, wasAhead);
    for (const guard of run.blamed ?? nobody) guard.attributed?.settle(run, wasAhead);
  }

  #tellFuse(run: CountedRun, waited: boolean): void {
    this.#streak?.add(run);
    if (waited && isFailureOfCandidate(run)) this.#failuresWaiting -= 1;
  }
}

const nothing: readonly number[] = [];
const nobody: readonly SequentialGuard[] = [];
