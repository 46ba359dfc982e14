import { requiredLogEvidence } from "@spark/evidence";
import { type JsonObject, SparkError } from "@spark/graph";
import { z } from "zod";
import { BaselineFloor } from "./baseline-floor.ts";
import { type BothUnhealthy, bothUnhealthy, isOwnFailure } from "./both-unhealthy.ts";
import type { CountedRun } from "./counted-run.ts";
import { FirstOfKey } from "./first-of-key.ts";
import { GuardGroup } from "./guard-group.ts";
import { breachesOf, type ComparedMetrics, type GuardPanel, type PanelReading } from "./guard-panel.ts";
import { type GuardReading, Severity } from "./guard-reading.ts";
import { type GuardRule, missingRule } from "./guard-rule.ts";
import type { GuardSetup } from "./guard-setup.ts";
import { RateCheckpoint } from "./rate-evidence.ts";
import {
  type GuardCheckpoint,
  GuardCheckpoint as GuardCheckpointSchema,
  SequentialGuard,
} from "./sequential-guard.ts";
import { fuseReading, notArmedReading, readGuard } from "./sequential-reading.ts";
import { StartOrder } from "./start-order.ts";
import { Streak } from "./streak.ts";

const PanelCheckpoint = z.strictObject({
  guards: z.record(z.string(), GuardCheckpointSchema),
  baselineFloor: RateCheckpoint.exactOptional(),
});

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
  readonly #groups: readonly GuardGroup[];
  readonly #decisive: GuardGroup;
  readonly #streak: Streak | undefined;
  readonly #baselineFloor: BaselineFloor | undefined;
  readonly #rules: readonly GuardRule[];
  readonly #candidateOrder: StartOrder<MeasuredRun>;
  readonly #jointOrder: StartOrder<MeasuredRun>;
  readonly #candidateKeys = new FirstOfKey();
  #share = 1;
  /** The last share that left a baseline alongside; some of its runs may still be under way. */
  #splitShare = 1;

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
    const limits = { required: this.#required, minimumFailures };
    this.#groups = Severity.options.map((severity) => new GuardGroup(severity, this.#guards, limits));
    this.#decisive = this.#groups.find(({ severity }) => severity === "rollback") as GuardGroup;
    const alongside = setup.tests.some(({ comparedWith }) => comparedWith === "alongside");
    this.#streak = streakOf(setup);
    const nullRate = setup.tests.find(({ guard }) => guard === "success_rate")?.nullRate;
    this.#baselineFloor =
      alongside && nullRate !== undefined
        ? new BaselineFloor({ nullRate, checks: setup.checks, from })
        : undefined;
    this.#candidateOrder = new StartOrder(from, (run, wasAhead) => this.#settleCandidate(run, wasAhead));
    this.#jointOrder = new StartOrder(from, (run, wasAhead) => this.#settleJoint(run, wasAhead));
  }

  count(run: CountedRun): boolean {
    this.#share = run.share;
    if (run.share < 1) this.#splitShare = run.share;
    const { record, side, share } = run;
    const measured: number[] = [];
    let blamed = nobody;
    let mayTrip = false;
    for (const guard of this.#guards) {
      const value = guard.measure(run);
      measured.push(value);
      if (Number.isNaN(value)) continue;
      const bad = guard.isBad(value);
      guard[side].add(value, bad);
      if (!bad) guard.noteGood(record);
      else if (guard.attributed !== undefined && guard.countsBad(record)) blamed = [...blamed, guard];
      mayTrip ||= bad && side === "candidate" && guard.test.severity === "rollback";
    }
    const counted: MeasuredRun = { record, side, share, measured, blamed };
    if (side === "candidate") this.#enterCandidate(counted);
    else if (share < 1) this.#baselineFloor?.count(counted, this.#traffic.settledUpTo());
    this.#enterJoint(counted);
    return (
      this.#streak?.tripped === true || (mayTrip && this.#decisive.read(this.#underWay())?.tripped === true)
    );
  }

  read(metrics: ComparedMetrics): PanelReading {
    const underWay = this.#underWay();
    const required = this.#required;
    const groups = this.#groups.map((group) => group.read(underWay));
    const tripped = new Set(groups.flatMap((group) => (group?.tripped === true ? [group.leading] : [])));
    const readings = [
      ...this.#guards.map((guard) =>
        readGuard(guard, {
          metrics,
          log: guard.log(underWay),
          required,
          breached: tripped.has(guard),
        }),
      ),
      ...this.#setup.tests
        .filter(({ weight }) => weight === 0)
        .map((test) => notArmedReading(test, this.#ruleOf(test))),
      fuseReading(this.#setup.streakLimit, {
        length: this.#streak?.length ?? 0,
        tripped: this.#streak?.tripped === true,
        runs: this.#guards[0]?.candidate.runs ?? 0,
      }),
    ];
    const breaches = breachesOf(readings);
    const decisive = groups[this.#groups.indexOf(this.#decisive)];
    const safety = this.#safety();
    const both = this.#bothUnhealthy(breaches);
    return {
      readings,
      breaches,
      ...(decisive === undefined ? {} : { evidence: { log: decisive.log, required } }),
      ...(safety === undefined ? {} : { safety }),
      ...(both === undefined ? {} : { bothUnhealthy: both }),
    };
  }

  closeCheck(): void {
    this.#candidateOrder.drain(this.#traffic.candidateSettledUpTo());
    this.#jointOrder.drain(this.#traffic.settledUpTo());
    this.#baselineFloor?.closeCheck(this.#traffic.settledUpTo());
    for (const guard of this.#guards) guard.closeCheck();
    this.#candidateKeys.clear();
  }

  checkpoint(): JsonObject {
    const guards = Object.fromEntries(this.#guards.map((guard) => [nameOf(guard), guard.toJSON()]));
    const floor = this.#baselineFloor?.toJSON();
    return { guards, ...(floor === undefined ? {} : { baselineFloor: floor }) };
  }

  restore(checkpoint: JsonObject): void {
    const parsed = PanelCheckpoint.safeParse(checkpoint);
    const guards: Record<string, GuardCheckpoint> = parsed.success ? parsed.data.guards : {};
    const missing = this.#guards.map(nameOf).filter((name) => guards[name] === undefined);
    if (missing.length > 0) {
      throw new SparkError("storage_corrupt", `The checkpoint has no counts for ${missing.join(", ")}.`, {
        details: { missing },
      });
    }
    for (const guard of this.#guards) guard.restore(guards[nameOf(guard)] as GuardCheckpoint);
    if (parsed.data?.baselineFloor !== undefined) this.#baselineFloor?.restore(parsed.data.baselineFloor);
  }

  #ruleOf({ guard, severity }: GuardSetup["tests"][number]): GuardRule {
    return this.#rules.find(({ name }) => name === guard) ?? missingRule(guard, severity);
  }

  #underWay(): { readonly baseline: number; readonly candidate: number; readonly share: number } {
    return { ...this.#traffic.underWay(), share: this.#splitShare };
  }

  /**
   * Where the run has to wait for earlier ones it is counted as ahead; not so with a key, whose first run is
   * known only once all that started earlier have ended.
   */
  #enterCandidate(run: MeasuredRun): void {
    const waits = this.#candidateOrder.add(run, this.#traffic.candidateSettledUpTo());
    if (!waits || run.record.key !== undefined) return;
    this.#guards.forEach((guard, at) => {
      const value = run.measured[at] as number;
      if (!Number.isNaN(value)) guard.addAhead(value);
    });
  }

  #settleCandidate(run: MeasuredRun, wasAhead: boolean): void {
    if (run.share >= 1) this.#streak?.add(run);
    const { record, measured } = run;
    if (!this.#candidateKeys.accepts(record)) return;
    this.#guards.forEach((guard, at) => {
      const value = measured[at] as number;
      if (!Number.isNaN(value)) guard.settle(value, wasAhead && record.key === undefined);
    });
  }

  /** Only bad runs say whose fault it is; the fuse compares both sides run by run. */
  #enterJoint(run: MeasuredRun): void {
    const { blamed, share } = run;
    if (blamed.length === 0 && (share >= 1 || this.#streak === undefined)) return;
    if (this.#jointOrder.add(run, this.#traffic.settledUpTo())) {
      for (const guard of blamed) guard.attributed?.addAhead(run);
    }
  }

  #settleJoint(run: MeasuredRun, wasAhead: boolean): void {
    if (run.share < 1) this.#streak?.add(run);
    for (const guard of run.blamed) guard.attributed?.settle(run, wasAhead);
  }

  /** The error guard that has the baseline alongside, if the stages leave one. */
  #errorsAlongside(): SequentialGuard | undefined {
    return this.#guards.find(({ test }) => test.guard === "error_rate" && test.comparedWith === "alongside");
  }

  /** Positive evidence that the candidate is within its margin of the baseline beside it. */
  #safety(): PanelReading["safety"] {
    const attributed = this.#errorsAlongside()?.attributed;
    if (attributed === undefined) return undefined;
    const risk = this.#setup.risk.whole;
    return {
      shown: attributed.logSafe() >= requiredLogEvidence(risk),
      ratio: attributed.ratio(1 - risk),
      confidence: 1 - risk,
    };
  }

  /** Whether the baseline alongside is shown to fail too, when the candidate has tripped by failing as such. */
  #bothUnhealthy(breaches: readonly GuardReading[]): BothUnhealthy | undefined {
    const errors = this.#errorsAlongside();
    if (errors === undefined || this.#baselineFloor === undefined || this.#share >= 1) return undefined;
    if (!breaches.some(isOwnFailure)) return undefined;
    const underWay = this.#underWay();
    const required = requiredLogEvidence(this.#setup.risk.whole);
    if (this.#baselineFloor.log(underWay.baseline) < required) return undefined;
    const { baseline, candidate, attributed } = errors;
    return bothUnhealthy({
      floor: 1 - (this.#setup.tests.find(({ guard }) => guard === "success_rate")?.nullRate ?? 0),
      baseline: { failures: baseline.hits, runs: baseline.runs },
      candidate: { failures: candidate.hits, runs: candidate.runs },
      candidateShownWorse: (attributed?.log(underWay) ?? 0) >= required,
    });
  }
}

interface MeasuredRun extends CountedRun {
  /** How bad each guard finds it, in the order of the guards. */
  readonly measured: readonly number[];
  /** The guards to which it is a bad run that counts, beside the other side's. */
  readonly blamed: readonly SequentialGuard[];
}

const nobody: readonly SequentialGuard[] = [];

/** With a baseline alongside the fuse tolerates what the error rate does; else a row speaks for itself. */
function streakOf({ streakLimit: limit, tests, risk }: GuardSetup): Streak | undefined {
  if (limit === undefined) return undefined;
  const errors = tests.find(
    ({ guard, comparedWith }) => guard === "error_rate" && comparedWith === "alongside",
  );
  if (errors?.ratio === undefined) return new Streak({ limit });
  return new Streak({ limit, alongside: { ratio: errors.ratio, risk: risk.runLength } });
}

function nameOf({ test }: SequentialGuard): string {
  return `${test.guard}/${test.comparedWith}`;
}
