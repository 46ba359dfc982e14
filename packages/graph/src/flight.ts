import type { Clock } from "./clock.ts";
import type { Ids } from "./identity.ts";
import { RunContext } from "./run-context.ts";
import type { Arm, RunRecord } from "./run-record.ts";
import type { InstalledVersion } from "./installed-version.ts";

/** How a run was routed. */
export interface Route {
  readonly arm: Arm;
  readonly planRevision: number;
  readonly candidateShare: number;
  readonly overridden: boolean;
}

/** One run of a live graph that has not ended yet, and the promise its caller holds. */
export class Flight extends RunContext {
  readonly sequence: number;
  readonly installed: InstalledVersion;
  readonly route: Route;
  readonly key: string | undefined;
  readonly startedAt: number;
  settled = false;
  releaseSignal: (() => void) | undefined;
  /** What is to happen with the run's observation once it has ended. */
  onLanded: ((landed: { readonly record: RunRecord; readonly output?: unknown }) => void) | undefined;
  resolve: (output: never) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  /** Neighbours in the order of starts. */
  previous: Flight | undefined;
  following: Flight | undefined;

  constructor(
    { clock, ids, sequence }: { readonly clock: Clock; readonly ids: Ids; readonly sequence: number },
    target: { readonly installed: InstalledVersion; readonly route: Route },
    key: string | undefined,
  ) {
    super(clock, ids);
    this.sequence = sequence;
    this.installed = target.installed;
    this.route = target.route;
    this.key = key;
    this.startedAt = clock.now();
    this.trace = [];
  }
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
