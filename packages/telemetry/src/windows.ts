import { type Arm, type Clock, type RunRecord, SparkError } from "@spark/graph";
import { Observable } from "rxjs";
import { every } from "./every.ts";
import type { Metrics } from "./metrics.ts";
import type { ResourceMeter } from "./resources.ts";
import { RunTally } from "./summarize.ts";

/** What one arm showed in one window. */
export interface ArmWindow {
  /** True when no run of this arm ended in the window: it says nothing then, neither good nor bad. */
  readonly empty: boolean;
  /** The runs that ended in this window. A streak of failures is counted within the window only. */
  readonly interval: Metrics;
  /** All runs since the first window began, streaks across windows included. */
  readonly cumulative: Metrics;
}

/** What all arms showed between two ticks. A run belongs to the window in which it ended. */
export interface RunWindow {
  /** Position of the window, from 0, without gaps. */
  readonly index: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly arms: Readonly<Record<Arm, ArmWindow>>;
}

/** How {@link runWindows} cuts time and sorts runs. */
export interface RunWindowsOptions {
  readonly clock: Pick<Clock, "now" | "schedule">;
  /** Length of a window in seconds, above 0. A window is longer when the process was too busy to end it. */
  readonly intervalSeconds: number;
  /**
   * The arm a run counts for; undefined leaves it out. The record's own by default; a caller that compares two
   * versions under the plan `all` tells them apart by `versionId`.
   */
  readonly armOf?: (record: RunRecord) => Arm | undefined;
  /**
   * Opens the meter whose readings become `resources` of every arm's metrics; it is closed with the
   * subscription. Without it there are none. The process is one, so all arms carry the same reading.
   */
  readonly openMeter?: () => ResourceMeter;
}

/**
 * One window of metrics each interval, empty ones included, read out of counters.
 *
 * A run costs a few additions and is never buffered, so memory is fixed whatever the traffic. When the source
 * completes, the runs of the window that was open are given before completion; when it fails, so do the
 * windows, with the same error. Each subscription has its own windows; unsubscribing stops the timer.
 *
 * @throws SparkError `invalid_config` when `intervalSeconds` is not a finite number above 0.
 */
export function runWindows(runs$: Observable<RunRecord>, options: RunWindowsOptions): Observable<RunWindow> {
  const { clock, intervalSeconds, armOf = (record) => record.arm, openMeter } = options;
  if (!(intervalSeconds > 0 && intervalSeconds < Infinity)) {
    throw new SparkError(
      "invalid_config",
      `intervalSeconds must be a finite number of seconds above 0, got ${intervalSeconds}.`,
      { details: { intervalSeconds } },
    );
  }
  return new Observable<RunWindow>((subscriber) => {
    const meter = openMeter?.();
    subscriber.add(() => meter?.close());
    const open = new OpenWindow(clock.now(), meter);
    subscriber.add(
      every(clock, intervalSeconds * 1000).subscribe(() => subscriber.next(open.close(clock.now()))),
    );
    subscriber.add(
      runs$.subscribe({
        next(record) {
          try {
            open.add(record, armOf(record));
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete() {
          if (!open.empty) subscriber.next(open.close(clock.now()));
          subscriber.complete();
        },
      }),
    );
  });
}

/** The counters of the window that is being filled, and of everything before it. */
class OpenWindow {
  readonly #began: number;
  readonly #meter: ResourceMeter | undefined;
  readonly #arms = { stable: new ArmCounters(), candidate: new ArmCounters(), mirror: new ArmCounters() };
  #index = 0;
  #startedAt: number;

  constructor(startedAt: number, meter: ResourceMeter | undefined) {
    this.#began = startedAt;
    this.#startedAt = startedAt;
    this.#meter = meter;
  }

  get empty(): boolean {
    return Object.values(this.#arms).every(({ interval }) => interval.runs === 0);
  }

  add(record: RunRecord, arm: Arm | undefined): void {
    if (arm !== undefined) this.#arms[arm].interval.add(record);
  }

  /** Gives the window that ends at `endedAt` and opens the next one there. */
  close(endedAt: number): RunWindow {
    const startedAt = this.#startedAt;
    const interval: Reading = { seconds: (endedAt - startedAt) / 1000, resources: this.#meter?.read() };
    const total: Reading = { seconds: (endedAt - this.#began) / 1000, resources: this.#meter?.total() };
    const { stable, candidate, mirror } = this.#arms;
    const window: RunWindow = {
      index: this.#index,
      startedAt,
      endedAt,
      arms: {
        stable: stable.close(interval, total),
        candidate: candidate.close(interval, total),
        mirror: mirror.close(interval, total),
      },
    };
    this.#index += 1;
    this.#startedAt = endedAt;
    return window;
  }
}

/** How long was counted, and what the process used meanwhile. */
interface Reading {
  readonly seconds: number;
  readonly resources: Metrics["resources"];
}

class ArmCounters {
  readonly interval = new RunTally();
  readonly #total = new RunTally();

  close(interval: Reading, total: Reading): ArmWindow {
    this.#total.merge(this.interval);
    const window: ArmWindow = {
      empty: this.interval.runs === 0,
      interval: this.interval.toMetrics(interval.seconds, interval.resources),
      cumulative: this.#total.toMetrics(total.seconds, total.resources),
    };
    this.interval.clear();
    return window;
  }
}
