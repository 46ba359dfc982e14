import { type Observable, Subject } from "rxjs";
import { type Clock, systemClock } from "./clock.ts";
import { Flight, FlightList } from "./flight.ts";
import { Graph } from "./graph.ts";
import { type Ids, type Random, systemRandom, uniqueIds } from "./identity.ts";
import type { InstalledVersion, Runnable } from "./installed-version.ts";
import { LiveRunRecord } from "./live-run-record.ts";
import type { NodeRegistry } from "./registry.ts";
import { type Router, routerFor } from "./router.ts";
import type { RunRecord } from "./run-record.ts";
import { SparkError } from "./spark-error.ts";
import { TrafficPlan, plannedVersions } from "./traffic-plan.ts";
import type { GraphVersion } from "./version.ts";

/** What a live graph is made from. */
export interface LiveGraphOptions<In, Out> {
  /** The version that serves every run at first. */
  readonly version: GraphVersion;
  /** Makes a version runnable; needed where `registry` is not given. */
  readonly build?: (version: GraphVersion) => Runnable<In, Out>;
  /** The node types, for versions that are built with `Graph.fromSpec`. */
  readonly registry?: NodeRegistry;
  /** A run that takes longer fails with `run_timeout`. A watched run must end some time. @default 60 */
  readonly runTimeoutSeconds?: number;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly random?: Random;
}

/** Options of one run of a live graph. */
export interface LiveRunOptions {
  /** Runs with the same key are served by the same version; without one each run draws its own lot. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** What came of {@link LiveGraph.setPlan}. */
export type PlanChange =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly reason: "stale_revision"; readonly revision: number };

/** What came of {@link LiveGraph.claim}. */
export type PlanClaim =
  | { readonly ok: true; release(): void }
  | { readonly ok: false; readonly owner: string };

/**
 * The production graph: holds versions of one graph, and one traffic plan that says which of them serves.
 *
 * Every run is routed once, when it starts, and stays on its version. Changing the plan is one assignment:
 * a run that starts after it is served as the new plan says.
 *
 * @example
 * const live = new LiveGraph({ version: graphVersion(spec), registry });
 * const output = await live.run({ text: "hello" }, { key: "user-7" });
 */
export class LiveGraph<In = unknown, Out = unknown> {
  readonly graphId: string;
  /** One record a run, when the run has ended. Nothing is recorded while nobody subscribes. */
  readonly runs$: Observable<RunRecord>;
  readonly clock: Clock;
  readonly runTimeoutMs: number;
  readonly #build: (version: GraphVersion) => Runnable<In, Out>;
  readonly #ids: Ids;
  readonly #random: Random;
  readonly #liveId: string;
  readonly #installed = new Map<string, InstalledVersion<In, Out>>();
  readonly #records = new Subject<RunRecord>();
  #plan: TrafficPlan;
  #revision = 0;
  #claimedBy: string | undefined;
  #route: Router<In, Out>;
  #sequence = 0;
  #stopWatch: (() => void) | undefined;

  constructor(options: LiveGraphOptions<In, Out>) {
    const { version, runTimeoutSeconds = 60 } = options;
    if (!(runTimeoutSeconds > 0 && Number.isFinite(runTimeoutSeconds))) {
      throw new SparkError(
        "invalid_input",
        `runTimeoutSeconds: expected a positive number of seconds, got ${runTimeoutSeconds}.`,
      );
    }
    this.graphId = version.spec.id;
    this.clock = options.clock ?? systemClock;
    this.runTimeoutMs = runTimeoutSeconds * 1000;
    this.#ids = options.ids ?? uniqueIds;
    this.#random = options.random ?? systemRandom;
    this.#build = options.build ?? buildWith(options.registry, this.clock, this.#ids);
    this.#liveId = this.#ids.next("live");
    this.runs$ = this.#records.asObservable();
    this.#plan = TrafficPlan.parse({ kind: "all", version: version.versionId });
    this.install(version);
    this.#route = this.#compile(this.#plan, 0);
  }

  /** The plan in force. */
  get plan(): TrafficPlan {
    return this.#plan;
  }

  /** How often the plan has been changed; what {@link setPlan} expects. */
  get revision(): number {
    return this.#revision;
  }

  /** The versions that are ready to serve, oldest first. */
  get versions(): readonly GraphVersion[] {
    return [...this.#installed.values()].map(({ version }) => version);
  }

  /**
   * Builds a version and keeps it ready. No run is served by it before a plan says so. Throws what
   * `Graph.fromSpec` throws, and `invalid_input` for a version of another graph.
   */
  install(version: GraphVersion): void {
    if (this.#installed.has(version.versionId)) return;
    if (version.spec.id !== this.graphId) {
      throw new SparkError(
        "invalid_input",
        `Version ${version.label} is of the graph "${version.spec.id}", this live graph is "${this.graphId}".`,
      );
    }
    this.#installed.set(version.versionId, { version, runnable: this.#build(version), flights: new FlightList() });
  }

  /** Forgets a version that no plan names and no run is on. Gives false when it is still needed. */
  retire(versionId: string): boolean {
    const installed = this.#installed.get(versionId);
    if (installed === undefined) return true;
    if (installed.flights.size > 0 || plannedVersions(this.#plan).includes(versionId)) return false;
    return this.#installed.delete(versionId);
  }

  /**
   * Puts a plan in force, if the plan in force still is the one of `expectedRevision`; a lost race is a
   * value. Throws `invalid_input` for a plan that does not fit its schema and `unknown_version` for a
   * version that is not installed.
   */
  setPlan(plan: TrafficPlan, expectedRevision: number): PlanChange {
    const parsed = TrafficPlan.safeParse(plan);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
      throw new SparkError("invalid_input", `Traffic plan: ${faults.join("; ")}`, { details: { faults } });
    }
    if (expectedRevision !== this.#revision) {
      return { ok: false, reason: "stale_revision", revision: this.#revision };
    }
    const revision = this.#revision + 1;
    this.#route = this.#compile(parsed.data, revision);
    this.#plan = parsed.data;
    this.#revision = revision;
    return { ok: true, revision };
  }

  /**
   * Serves one run. Rejects as `Graph.run` does, with `run_timeout` after `runTimeoutSeconds`, or with the
   * signal's reason. Settles exactly once, also when the version is taken out of service meanwhile.
   */
  run(inputs: In, options: LiveRunOptions = {}): Promise<Out> {
    const { key, signal } = options;
    const target = this.#route(key);
    const birth = { clock: this.clock, ids: this.#ids, sequence: this.#sequence++ };
    const flight = new Flight(birth, target, key);
    return new Promise<Out>((resolve, reject) => {
      flight.resolve = resolve;
      flight.reject = reject;
      flight.onAbort = (reason) => this.#land(flight, { error: reason });
      this.#takeOff(flight, signal);
      if (!flight.settled) this.#start(target.installed.runnable, inputs, flight);
    });
  }

  /**
   * Reserves the right to change the plan, so that two deployments of one graph cannot get in each other's
   * way. Whoever comes second learns who was first. `release` may be called more than once.
   */
  claim(owner: string): PlanClaim {
    if (this.#claimedBy !== undefined) return { ok: false, owner: this.#claimedBy };
    this.#claimedBy = owner;
    let held = true;
    return {
      ok: true,
      release: () => {
        if (held) this.#claimedBy = undefined;
        held = false;
      },
    };
  }

  /** Runs under way, in all or on one version. */
  inFlight(versionId?: string): number {
    if (versionId !== undefined) return this.#installed.get(versionId)?.flights.size ?? 0;
    let size = 0;
    for (const { flights } of this.#installed.values()) size += flights.size;
    return size;
  }

  /** The place in the order of starts up to which every run of a version has ended (exclusive). */
  settledUpTo(versionId: string): number {
    return this.#installed.get(versionId)?.flights.first?.sequence ?? this.#sequence;
  }

  /** Aborts all runs under way on a version; gives how many there were. Their callers get `reason`. */
  abortRuns(versionId: string, reason: unknown): number {
    const flights = [...(this.#installed.get(versionId)?.flights ?? [])];
    for (const flight of flights) flight.abort(reason);
    return flights.length;
  }

  #compile(plan: TrafficPlan, revision: number): Router<In, Out> {
    const find = (versionId: string): InstalledVersion<In, Out> => {
      const installed = this.#installed.get(versionId);
      if (installed !== undefined) return installed;
      throw new SparkError(
        "unknown_version",
        `Version ${versionId} is not installed in the live graph "${this.graphId}"; call install(version) first.`,
        { details: { versionId } },
      );
    };
    return routerFor(plan, { revision, find, random: this.#random });
  }

  #takeOff(flight: Flight, signal: AbortSignal | undefined): void {
    flight.installed.flights.add(flight);
    if (this.#stopWatch === undefined) this.#watchDeadlines();
    if (signal === undefined) return;
    const onSignal = (): void => flight.abort(signal.reason);
    if (signal.aborted) onSignal();
    else {
      signal.addEventListener("abort", onSignal, { once: true });
      flight.releaseSignal = () => signal.removeEventListener("abort", onSignal);
    }
  }

  #start(runnable: Runnable<In, Out>, inputs: In, flight: Flight): void {
    try {
      const result = runnable.run(inputs, flight);
      Promise.resolve(result).then(
        (output) => this.#land(flight, undefined, output),
        (error: unknown) => this.#land(flight, { error }),
      );
    } catch (error) {
      this.#land(flight, { error });
    }
  }

  #land(flight: Flight, failure: { readonly error: unknown } | undefined, output?: Out): void {
    if (flight.settled) return;
    flight.settled = true;
    flight.installed.flights.remove(flight);
    flight.releaseSignal?.();
    if (failure === undefined) flight.resolve(output as never);
    else flight.reject(failure.error);
    if (this.#records.observed) this.#records.next(new LiveRunRecord(flight, this.#liveId, failure));
    // A runtime that goes on after its run has failed is told to stop.
    if (failure !== undefined) flight.abort(failure.error);
  }

  /** One timer for all runs: those of a version end in the order they start, since all have one time-out. */
  #watchDeadlines(): void {
    const started = this.#oldest();
    if (started === undefined) {
      this.#stopWatch = undefined;
      return;
    }
    const ms = started + this.runTimeoutMs - this.clock.now();
    this.#stopWatch = this.clock.schedule(Math.max(0, ms), () => this.#endOverdue(), { background: true });
  }

  #oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { flights } of this.#installed.values()) {
      const started = flights.first?.startedAt;
      if (started !== undefined && (oldest === undefined || started < oldest)) oldest = started;
    }
    return oldest;
  }

  #endOverdue(): void {
    const now = this.clock.now();
    const seconds = this.runTimeoutMs / 1000;
    for (const { flights } of this.#installed.values()) {
      for (const flight of flights) {
        if (flight.startedAt + this.runTimeoutMs > now) break;
        flight.abort(
          new SparkError("run_timeout", `The run took longer than its time-out of ${seconds} s.`, {
            details: { graphId: this.graphId, runTimeoutSeconds: seconds },
          }),
        );
      }
    }
    this.#watchDeadlines();
  }
}

function buildWith<In, Out>(
  registry: NodeRegistry | undefined,
  clock: Clock,
  ids: Ids,
): (version: GraphVersion) => Runnable<In, Out> {
  if (registry === undefined) {
    throw new SparkError(
      "invalid_input",
      "A live graph needs `registry` (node types) or `build` (your own runtime).",
    );
  }
  return (version) => Graph.fromSpec<In, Out>(version.spec, registry, { clock, ids });
}
