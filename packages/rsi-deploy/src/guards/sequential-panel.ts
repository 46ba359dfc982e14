import { averageEvidence, requiredLogEvidence } from "@spark/evidence";
import { type JsonObject, SparkError } from "@spark/graph";
import { z } from "zod";
import type { CountedRun } from "./counted-run.ts";
import { breachesOf, type ComparedMetrics, type GuardPanel, type PanelReading } from "./guard-panel.ts";
import type { GuardReading } from "./guard-reading.ts";
import type { GuardSetup } from "./guard-setup.ts";
import {
  type GuardCheckpoint,
  GuardCheckpoint as GuardCheckpointSchema,
  SequentialGuard,
} from "./sequential-guard.ts";
import { notArmedReading, readGuard } from "./sequential-reading.ts";
import { StartOrder } from "./start-order.ts";
import { Streak } from "./streak.ts";

const PanelCheckpoint = z.strictObject({ guards: z.record(z.string(), GuardCheckpointSchema) });

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
 * All armed guards share one budget: their evidence is averaged with fixed weights, and the candidate is taken
 * back when the average bounds the probability of doing so wrongly. Evidence grows only with bad runs, so only
 * those cost more than a few additions.
 */
export class SequentialPanel implements GuardPanel {
  readonly #setup: GuardSetup;
  readonly #required: number;
  readonly #traffic: Traffic;
  readonly #guards: readonly SequentialGuard[];
  readonly #streak: Streak | undefined;
  readonly #minimumFailures: number;
  readonly #candidateOrder: StartOrder;
  readonly #jointOrder: StartOrder;
  readonly #seenKeys = { baseline: new Set<string>(), candidate: new Set<string>() };
  #share = 1;

  constructor(
    setup: GuardSetup,
    traffic: Traffic,
    options: { readonly from: number; readonly minimumFailures: number },
  ) {
    this.#setup = setup;
    this.#required = requiredLogEvidence(setup.risk.evidence);
    this.#traffic = traffic;
    this.#minimumFailures = options.minimumFailures;
    this.#guards = setup.tests
      .filter(({ weight }) => weight > 0)
      .map((test) => new SequentialGuard(test, setup.checks));
    const alongside = setup.tests.some(({ comparedWith }) => comparedWith === "alongside");
    this.#streak =
      setup.streakLimit === undefined ? undefined : new Streak({ limit: setup.streakLimit, alongside });
    this.#candidateOrder = new StartOrder(options.from, (run, wasAhead) =>
      this.#settleCandidate(run, wasAhead),
    );
    this.#jointOrder = new StartOrder(options.from, (run, wasAhead) => this.#settleJoint(run, wasAhead));
  }

  count(run: CountedRun): boolean {
    this.#share = run.share;
    const fresh = this.#isFirstOfKey(run);
    let mayTrip = false;
    for (const guard of this.#guards) {
      if (!guard.concerns(run)) continue;
      const bad = guard.isBad(run.record);
      const side = guard[run.side];
      side.runs += 1;
      if (bad) side.hits += 1;
      mayTrip ||= bad && run.side === "candidate";
    }
    this.#enter(run, fresh);
    if (run.side === "baseline") this.#streak?.add(run);
    return this.#streak?.tripped === true || (mayTrip && this.#exceeds());
  }

  read(metrics: ComparedMetrics): PanelReading {
    const underWay = { ...this.#traffic.underWay(), share: this.#share };
    const required = this.#required;
    const logs = this.#guards.map((guard) => guard.log(underWay));
    const { log, leading } = this.#combined(logs);
    const enough = log >= required && this.#failures(leading) >= this.#minimumFailures;
    const readings = [
      ...this.#guards.map((guard, at) =>
        readGuard(guard, { metrics, log: logs[at] as number, required, breached: enough && at === leading }),
      ),
      ...this.#setup.tests.filter(({ weight }) => weight === 0).map(notArmedReading),
      this.#fuse(),
    ];
    const safety = this.#safety();
    return {
      readings,
      breaches: breachesOf(readings),
      ...(this.#guards.length === 0 ? {} : { evidence: { log, required } }),
      ...(safety === undefined ? {} : { safety }),
    };
  }

  closeCheck(): void {
    this.#candidateOrder.drain(this.#traffic.candidateSettledUpTo());
    this.#jointOrder.drain(this.#traffic.settledUpTo());
    for (const guard of this.#guards) guard.closeCheck();
    this.#seenKeys.baseline.clear();
    this.#seenKeys.candidate.clear();
  }

  checkpoint(): JsonObject {
    const guards = Object.fromEntries(this.#guards.map((guard) => [nameOf(guard), guard.toJSON()]));
    return { guards };
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
  }

  /** Whether the guards together have reached what decides. */
  #exceeds(): boolean {
    const underWay = { ...this.#traffic.underWay(), share: this.#share };
    const { log, leading } = this.#combined(this.#guards.map((guard) => guard.log(underWay)));
    return log >= this.#required && this.#failures(leading) >= this.#minimumFailures;
  }

  /** One unit is counted once: the first run of its key in the open check. */
  #isFirstOfKey({ record: { key }, side }: CountedRun): boolean {
    if (key === undefined) return true;
    const seen = this.#seenKeys[side];
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  }

  /** Hands a run to both orders; where it has to wait it is counted as ahead. */
  #enter(run: CountedRun, fresh: boolean): void {
    if (run.side === "candidate") {
      const counted = { ...run, fresh };
      if (this.#candidateOrder.add(counted, this.#traffic.candidateSettledUpTo())) {
        for (const guard of this.#guards) {
          if (fresh && guard.concerns(run)) guard.rate?.addAhead(guard.isBad(run.record));
        }
      }
    }
    const bad = this.#guards.filter(
      (guard) =>
        guard.attributed !== undefined &&
        guard.concerns(run) &&
        guard.isBad(run.record) &&
        guard.isFirstOfKey(run.record),
    );
    if (bad.length === 0) return;
    const hit: AttributedRun = { ...run, bad };
    if (this.#jointOrder.add(hit, this.#traffic.settledUpTo())) {
      for (const guard of bad) guard.attributed?.addAhead(run);
    }
  }

  #settleCandidate(run: CountedRun, wasAhead: boolean): void {
    this.#streak?.add(run);
    if (!(run as FreshRun).fresh) return;
    for (const guard of this.#guards) {
      if (guard.concerns(run)) guard.rate?.settle(guard.isBad(run.record), wasAhead);
    }
  }

  #settleJoint(run: CountedRun, wasAhead: boolean): void {
    for (const guard of (run as AttributedRun).bad) guard.attributed?.settle(run, wasAhead);
  }

  #combined(logs: readonly number[]): { readonly log: number; readonly leading: number } {
    if (logs.length === 0) return { log: 0, leading: -1 };
    const average = averageEvidence(
      this.#guards.map(({ test }, at) => ({ logEvidence: logs[at] as number, weight: test.weight })),
    );
    return { log: average.logEvidence, leading: average.leading };
  }

  #failures(at: number): number {
    return this.#guards[at]?.candidate.hits ?? 0;
  }

  #fuse(): GuardReading {
    const limit = this.#setup.streakLimit;
    return {
      guard: "consecutive_failures",
      severity: "rollback",
      armed: limit !== undefined,
      ...(limit === undefined
        ? { notArmed: "every number of failures in a row is within the margins" }
        : { limit }),
      comparedWith: "limit",
      unit: "runs",
      baseline: { runs: 0 },
      candidate: { value: this.#streak?.length ?? 0, runs: this.#guards[0]?.candidate.runs ?? 0 },
      breached: this.#streak?.tripped === true,
    };
  }

  /** Positive evidence that the candidate is within its margin of the baseline beside it. */
  #safety(): PanelReading["safety"] {
    const guard = this.#guards.find(
      ({ test }) => test.guard === "error_rate" && test.comparedWith === "alongside",
    );
    if (guard?.attributed === undefined) return undefined;
    const risk = this.#setup.risk.whole;
    return {
      shown: guard.attributed.logSafe() >= requiredLogEvidence(risk),
      ratio: guard.attributed.ratio(1 - risk),
      confidence: 1 - risk,
    };
  }
}

interface FreshRun extends CountedRun {
  readonly fresh: boolean;
}

interface AttributedRun extends CountedRun {
  readonly bad: readonly SequentialGuard[];
}

function nameOf({ test }: SequentialGuard): string {
  return `${test.guard}/${test.comparedWith}`;
}
