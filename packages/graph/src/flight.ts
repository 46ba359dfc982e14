import type { Clock } from "./clock.ts";
import type { Ids } from "./identity.ts";
import { type Landing, RunContext } from "./run-context.ts";
import { Trace } from "./trace.ts";
import type { Arm, RunRecord } from "./run-record.ts";
import type { InstalledVersion } from "./installed-version.ts";

/** How a run was routed. */
export interface Route {
  readonly arm: Arm;
  readonly planRevision: number;
  readonly candidateShare: number;
  readonly overridden: boolean;
}

/** Where flights start, and what sees to their end. */
export interface Tower {
  readonly clock: Clock;
  readonly ids: Ids;
  /** The next place in the order of starts. */
  nextSequence(): number;
  land(flight: Flight, failure: { readonly error: unknown } | undefined, output?: unknown): void;
}

/** One run of a live graph that has not ended yet, and the promise its caller holds. */
export class Flight implements Landing {
  readonly context: RunContext;
  readonly sequence: number;
  readonly installed: InstalledVersion;
  readonly route: Route;
  readonly startedAt: number;
  readonly key: string | undefined;
  settled = false;
  releaseSignal: (() => void) | undefined;
  /** What is to happen with the run's observation once it has ended. */
  onLanded: ((landed: { readonly record: RunRecord; readonly output?: unknown }) => void) | undefined;
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
    this.sequence = tower.nextSequence();
    this.installed = target.installed;
    this.route = target.route;
    this.startedAt = clock.now();
    this.key = key;
    this.#tower = tower;
    this.context = new RunContext(clock, tower.ids);
    this.context.trace = new Trace(this.startedAt);
    if (target.installed.runnable.lands === true) {
      this.context.landing = this;
      this.context.onAbort = failLanding;
    } else {
      this.context.onAbort = (reason) => this.failed(reason);
    }
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

/** The runs under way in the order of their starts: adding and removing cost the same however many there are. */
export class FlightList {
  first: Flight | undefined;
  #last: Flight | undefined;
  size = 0;

  add(flight: Flight): void {
    flight.previous = this.#last;
    if (this.#last === undefined) this.first = flight;
    else this.#last.following = flight;
    this.#last = flight;
    this.size += 1;
  }

  remove(flight: Flight): void {
    const { previous, following } = flight;
    if (previous === undefined) this.first = following;
    else previous.following = following;
    if (following === undefined) this.#last = previous;
    else following.previous = previous;
    flight.previous = undefined;
    flight.following = undefined;
    this.size -= 1;
  }

  *[Symbol.iterator](): Iterator<Flight> {
    for (let flight = this.first; flight !== undefined;) {
      const { following } = flight;
      yield flight;
      flight = following;
    }
  }
}
