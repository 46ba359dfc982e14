import type { Observable } from "rxjs";
import { Broadcast } from "./broadcast.ts";
import type { Clock } from "./clock.ts";
import { Flight, type Tower } from "./flight.ts";
import type { Ids } from "./identity.ts";
import type { InstalledVersion, Runnable } from "./installed-version.ts";
import { LiveRunRecord } from "./live-run-record.ts";
import { runError } from "./node-failure.ts";
import type { Target } from "./router.ts";
import type { RunObserver } from "./run-observer.ts";
import type { RunError, RunRecord } from "./run-record.ts";
import { RunsUnderWay } from "./runs-under-way.ts";
import { SparkError } from "./spark-error.ts";
import { Trace } from "./trace.ts";

/** What the caller of a run may ask for. */
export interface FlightOptions {
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who observes a flight. */
export interface Observed {
  readonly observer: RunObserver;
}

/** A flight that nobody asked for, and when it starts, where that has been read off the clock just now. */
export interface Launch extends Observed {
  readonly key: string | undefined;
  readonly startsAt: number | undefined;
}

/** How a flight has ended. */
interface Landed {
  readonly endedAt: number;
  readonly error: RunError | undefined;
  readonly output: unknown;
}

/** What a flight deck is made from. */
export interface FlightDeckOptions {
  readonly graphId: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly runTimeoutMs: number;
  /** The versions whose runs it watches over. */
  readonly installed: ReadonlyMap<string, InstalledVersion<never>>;
}

/** So many traces wait to be used again; none that has grown longer than this. */
const mostSpare = 64;
const longestSpare = 1000;

/** The path of a run that nobody watched when it started. */
const nowhere: readonly number[] = [];

/**
 * Starts runs and sees that each of them ends exactly once: by itself, by its time-out, or by being aborted.
 */
export class FlightDeck<In, Out> implements Tower {
  /** One record a run, when the run has ended. Nothing is recorded while nobody subscribes or observes the run. */
  readonly runs$: Observable<RunRecord>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Part of the ids of all runs. */
  readonly liveId: string;
  readonly #options: FlightDeckOptions;
  readonly #runs = new Broadcast<RunRecord>();
  /** Traces of runs that have ended, to be used again. */
  readonly #spareTraces: Trace[] = [];
  #sequence = 0;
  #stopWatch: (() => void) | undefined;

  constructor(options: FlightDeckOptions) {
    this.clock = options.clock;
    this.ids = options.ids;
    this.#options = options;
    this.liveId = options.ids.next("live");
    this.runs$ = this.#runs.values$;
  }

  /** The place in the order of starts the next run will have. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Gives out the record of a run that was observed. */
  announce(record: RunRecord): void {
    this.#runs.send(record);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence - 1;
  }

  underWay({ flights }: Pick<InstalledVersion<In, Out>, "flights">): RunsUnderWay {
    return new RunsUnderWay(flights, this);
  }

  /** Starts a run on a version; settles as it does. */
  fly(target: Target<In, Out>, inputs: In, { key, signal }: FlightOptions): Promise<Out> {
    const flight = this.#prepare(target, this.clock.now(), { key, observer: undefined });
    return this.#send(flight, inputs, signal);
  }

  /** The same for a run that is observed. */
  flyObserved(
    target: Target<In, Out>,
    inputs: In,
    { key, signal, observer }: FlightOptions & Observed,
  ): Promise<Out> {
    return this.#send(this.#prepare(target, this.clock.now(), { key, observer }), inputs, signal);
  }

  /** Starts a run that nobody waits for but its observer. */
  launch(target: Target<In, Out>, inputs: In, { key, startsAt, observer }: Launch): void {
    const flight = this.#prepare(target, startsAt ?? this.clock.now(), { key, observer });
    this.#begin(flight, inputs, undefined);
  }

  #send(flight: Flight, inputs: In, signal: AbortSignal | undefined): Promise<Out> {
    const arrival = flight.arrival<Out>();
    this.#begin(flight, inputs, signal);
    return arrival;
  }

  #prepare(
    target: Target<In, Out>,
    startedAt: number,
    { key, observer }: { readonly key: string | undefined; readonly observer: RunObserver | undefined },
  ): Flight {
    const flight = new Flight(this, target, startedAt);
    flight.key = key;
    if (observer !== undefined) flight.context.observer = observer;
    if (this.#isWatched(flight)) flight.context.trace = this.#traceOf(flight);
    return flight;
  }

  #traceOf({ startedAt, target }: Flight): Trace {
    const trace = this.#spareTraces.pop() ?? new Trace(startedAt);
    trace.restart(startedAt, target.route.paths.last);
    return trace;
  }

  #begin(flight: Flight, inputs: In, signal: AbortSignal | undefined): void {
    this.#takeOff(flight, signal);
    if (!flight.settled) this.#start(flight.target.installed.runnable as Runnable<In, Out>, inputs, flight);
  }

  #takeOff(flight: Flight, signal: AbortSignal | undefined): void {
    flight.target.installed.flights.add(flight);
    if (this.#stopWatch === undefined) this.#watchDeadlines();
    if (signal !== undefined) heed(signal, flight);
  }

  #start(runnable: Runnable<In, Out>, inputs: In, flight: Flight): void {
    try {
      const running = runnable.run(inputs, flight.context);
      if (flight.target.lands) return;
      Promise.resolve(running).then(
        (output) => flight.landed(output),
        (error: unknown) => flight.failed(error),
      );
    } catch (error) {
      flight.failed(error);
    }
  }

  /** Ends a flight well: its caller is told, and the record is given out. Does nothing for one that has ended. */
  land(flight: Flight, output: unknown): void {
    if (flight.settled) return;
    this.#takeIn(flight);
    flight.resolve?.(output as never);
    if (!this.#isWatched(flight)) return;
    const { trace, landing } = flight.context;
    // The graph has read the clock when its last node ended; other runtimes did not.
    const endedAt = trace === undefined || landing === undefined ? this.#now(flight) : trace.endedAt;
    this.#report(flight, { endedAt, error: undefined, output });
  }

  /** Ends a flight that has failed, in the same way. */
  fail(flight: Flight, error: unknown): void {
    if (flight.settled) return;
    this.#takeIn(flight);
    flight.reject?.(error);
    if (this.#isWatched(flight)) {
      this.#report(flight, { endedAt: this.#now(flight), error: runError(error), output: undefined });
    }
    // A runtime that goes on after its run has failed is told to stop.
    flight.context.abort(error);
  }

  #takeIn(flight: Flight): void {
    flight.settled = true;
    flight.target.installed.flights.remove(flight);
    flight.releaseSignal?.();
  }

  #report(flight: Flight, { endedAt, error, output }: Landed): void {
    const { target, context, startedAt } = flight;
    const { route } = target;
    const { trace, observer } = context;
    const record = new LiveRunRecord(route, flight, {
      durationMs: endedAt - startedAt,
      error,
      path: trace === undefined ? nowhere : trace.pathAmong(route.paths),
      times: trace === undefined ? 0 : trace.times,
    });
    if (trace !== undefined) this.#release(flight, trace);
    if (observer === undefined) this.#runs.send(record);
    else observer.landed(record, output, context.terms.nodes);
  }

  /** What is left of a run that has ended must not write into the trace of another. */
  #release({ context }: Flight, trace: Trace): void {
    context.trace = undefined;
    if (trace.length <= longestSpare && this.#spareTraces.length < mostSpare) this.#spareTraces.push(trace);
  }

  #isWatched(flight: Flight): boolean {
    return this.#runs.isHeard || flight.context.observer !== undefined;
  }

  /** The time now, by which also those nodes have ended whose ends were not read off the clock. */
  #now({ context: { trace } }: Flight): number {
    const now = this.clock.now();
    trace?.cut(now);
    return now;
  }

  /** One timer for all runs: those of a version end in the order they start, since all have one time-out. */
  #watchDeadlines(): void {
    const started = this.#oldest();
    if (started === undefined) {
      this.#stopWatch = undefined;
      return;
    }
    const { clock, runTimeoutMs } = this.#options;
    const ms = Math.max(0, started + runTimeoutMs - clock.now());
    this.#stopWatch = clock.schedule(ms, () => this.#endOverdue(), { background: true });
  }

  #oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { flights } of this.#options.installed.values()) {
      const started = flights.first?.startedAt;
      if (started !== undefined && (oldest === undefined || started < oldest)) oldest = started;
    }
    return oldest;
  }

  #endOverdue(): void {
    const { clock, installed, runTimeoutMs, graphId } = this.#options;
    const now = clock.now();
    const seconds = runTimeoutMs / 1000;
    for (const { flights } of installed.values()) {
      for (const flight of flights) {
        if (flight.startedAt + runTimeoutMs > now) break;
        flight.context.abort(
          new SparkError("run_timeout", `The run took longer than its time-out of ${seconds} s.`, {
            details: { graphId, runTimeoutSeconds: seconds },
          }),
        );
      }
    }
    this.#watchDeadlines();
  }
}

/** Aborts a flight when its caller's signal does; fails one whose signal is none. */
function heed(signal: AbortSignal, flight: Flight): void {
  try {
    const onSignal = (): void => flight.context.abort(signal.reason);
    if (signal.aborted) return onSignal();
    const release = signal.removeEventListener.bind(signal, "abort", onSignal);
    signal.addEventListener("abort", onSignal, { once: true });
    flight.releaseSignal = release;
  } catch (error) {
    flight.failed(error);
  }
}
