import type { JsonObject } from "@spark/graph";
import type { Metrics } from "@spark/telemetry";
import type { BothUnhealthy } from "./both-unhealthy.ts";
import type { CountedRun } from "./counted-run.ts";
import type { GuardReading } from "./guard-reading.ts";

/** What both sides showed, for the readings' values. */
export interface ComparedMetrics {
  readonly baseline: Metrics | undefined;
  readonly candidate: Metrics;
}

/** What the guards say together at one moment. */
export interface PanelReading {
  readonly readings: readonly GuardReading[];
  /** The guards that have tripped, worst first. */
  readonly breaches: readonly GuardReading[];
  /** Evidence of all guards together, in `sequential` mode: natural logarithm, and what it must reach. */
  readonly evidence?: { readonly log: number; readonly required: number };
  /** In `sequential` mode with the baseline alongside: safety shown, and the failure rates' ratio. */
  readonly safety?: {
    readonly shown: boolean;
    readonly ratio: { readonly lower: number; readonly upper?: number };
    readonly confidence: number;
  };
  /** Present where the candidate fails as such and the baseline alongside is shown to fail too. */
  readonly bothUnhealthy?: BothUnhealthy;
}

/** Runs that have ended, each to be counted once, in the order of their starts. */
export interface RunsInOrder {
  forEach(count: (run: CountedRun) => void): void;
}

/** The guards of one deployment: they count every run, and are read at each check or when one trips. */
export interface GuardPanel {
  /** Counts one run; gives true when a guard may have tripped, and reading is worth the time. */
  count(run: CountedRun): boolean;
  /** True for a run that cannot trip a guard, whatever was counted before it. */
  canWait(run: CountedRun): boolean;
  /** Counts runs that can wait: the same as one by one, but each part of a panel counts all of them in a row. */
  countGood(runs: RunsInOrder): void;
  /** What the guards say now. */
  read(metrics: ComparedMetrics): PanelReading;
  /** Ends a check: read first. */
  closeCheck(): void;
  /** The counts, to survive a crash. */
  checkpoint(): JsonObject;
  /** Goes on from counts. Throws where they are not of this panel. */
  restore(checkpoint: JsonObject): void;
}

const order = { rollback: 0, hold: 1, warn: 2 } as const;

/** The tripped ones among readings, worst first. */
export function breachesOf(readings: readonly GuardReading[]): readonly GuardReading[] {
  return readings
    .filter(({ breached }) => breached)
    .toSorted((a, b) => order[a.severity] - order[b.severity]);
}
