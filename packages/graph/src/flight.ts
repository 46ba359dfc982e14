import type { Clock } from "./clock.ts";
import type { Ids } from "./identity.ts";
import type { InstalledVersion } from "./installed-version.ts";
import { type Landing, RunContext } from "./run-context.ts";
import type { Route, RunParts } from "./live-run-record.ts";
import type { RunError } from "./run-record.ts";
import type { RunReports } from "./run-reports.ts";
import type { NodeTimes } from "./trace.ts";

/** The path of a run that nobody watched when it started. */
const nowhere: readonly number[] = [];

/** Where flights start, and what sees to their end. */
export interface Tower {
  readonly clock: Clock;
  readonly ids: Ids;
  /** The next place in the order of starts. */
  nextSequence(): number;
  land(flight: Flight, failure: { readonly error: unknown } | undefined, output?: unknown): void;
}

/** One run of a live graph that has not ended yet, and the promise its caller holds; in the end, what its record says. */
export class Flight implements Landing, RunParts {
  readonly context: RunContext;
  readonly sequence: number;
  readonly installed: InstalledVersion;
  readonly route: Route;
  readonly startedAt: number;
  readonly key: string | undefined;
  settled = false;
  durationMs = 0;
  error: RunError | undefined;
  path: readonly number[] = nowhere;
  times: NodeTimes = 0;
  releaseSignal: (() => void) | undefined;
  resolve: ((output: never) => void) | undefined;
  reject: ((error: unknown) => void) | undefined;
  /** Neighbours in the order of starts. */
  previous: Flight | undefined;
  following: Flight | undefined;
  readonly #tower: Tower;

  constructor(
    tower: Tower,
    target: { readonly installed: InstalledVersion; readonly route: Route },
    key: string | undefined,
  ) {
    const { clock } = tower;
    this.context = new RunContext(clock, tower.ids);
    this.sequence = tower.nextSequence();
    this.installed = target.installed;
    this.route = target.route;
    this.startedAt = clock.now();
    this.key = key;
    this.#tower = tower;
    if (target.installed.runnable.lands === true) {
      this.context.landing = this;
      this.context.onAbort = failLanding;
    } else {
      this.context.onAbort = (reason) => this.failed(reason);
    }
  }

  get reports(): RunReports | undefined {
    return this.context.reports;
  }

  landed(output: unknown): void {
    this.#tower.land(this, undefined, output);
  }

  failed(error: unknown): void {
    this.#tower.land(this, { error });
  }
}

/** One function for all flights that have a landing. */
function failLanding(reason: unknown, context: RunContext): void {
  context.landing?.failed(reason);
}
