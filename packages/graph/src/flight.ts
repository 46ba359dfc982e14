import type { Clock } from "./clock.ts";
import type { Ids } from "./identity.ts";
import type { InstalledVersion } from "./installed-version.ts";
import { type Landing, RunContext } from "./run-context.ts";
import type { Route, RunFacts } from "./live-run-record.ts";
import type { RunReports } from "./run-reports.ts";

/** Where a flight goes. */
export interface Destination {
  readonly installed: InstalledVersion;
  readonly route: Route;
  /** Whether the version's runtime tells the context's landing of the end. */
  readonly lands: boolean;
}

/** Where flights start, and what sees to their end. */
export interface Tower {
  readonly clock: Clock;
  readonly ids: Ids;
  /** The next place in the order of starts. */
  nextSequence(): number;
  land(flight: Flight, output: unknown): void;
  fail(flight: Flight, error: unknown): void;
}

/** One run of a live graph that has not ended yet, and the promise its caller holds. */
export class Flight implements Landing, RunFacts {
  readonly context: RunContext;
  readonly sequence: number;
  readonly target: Destination;
  readonly startedAt: number;
  /** Set once, before it starts. */
  key: string | undefined;
  settled = false;
  releaseSignal: (() => void) | undefined;
  resolve: ((output: never) => void) | undefined;
  reject: ((error: unknown) => void) | undefined;
  /** Neighbours in the order of starts. */
  previous: Flight | undefined;
  following: Flight | undefined;
  readonly #tower: Tower;

  constructor(tower: Tower, target: Destination, startedAt: number) {
    const { clock } = tower;
    const context = new RunContext(clock, tower.ids);
    this.context = context;
    this.sequence = tower.nextSequence();
    this.target = target;
    this.startedAt = startedAt;
    this.#tower = tower;
    if (target.lands) {
      context.landing = this;
      context.onAbort = failLanding;
    } else this.#failOnAbort();
  }

  /** What its caller waits for. To be asked for once, before it starts. */
  arrival<Out>(): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  #failOnAbort(): void {
    this.context.onAbort = (reason) => this.failed(reason);
  }

  get reports(): RunReports | undefined {
    return this.context.reports;
  }

  landed(output: unknown): void {
    this.#tower.land(this, output);
  }

  failed(error: unknown): void {
    this.#tower.fail(this, error);
  }
}

/** One function for all flights that have a landing. */
function failLanding(reason: unknown, context: RunContext): void {
  context.landing?.failed(reason);
}
