import type { Observable } from "rxjs";
import { Broadcast } from "./broadcast.ts";
import { type Clock, systemClock } from "./clock.ts";
import { FlightDeck } from "./flight-deck.ts";
import { FlightList } from "./flight-list.ts";
import { Graph } from "./graph.ts";
import { type Ids, type Random, systemRandom, uniqueIds } from "./identity.ts";
import type { InstalledVersion, Runnable } from "./installed-version.ts";
import { KnownPaths } from "./known-paths.ts";
import { Mirror, type MirrorCounts, type MirrorLimits } from "./mirror.ts";
import { type MirrorHome, MirrorLane } from "./mirror-lane.ts";
import type { MirroredPair } from "./mirrored-pair.ts";
import type { NodeRegistry } from "./registry.ts";
import { type Preference, type Router, routerFor, type Target } from "./router.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunsUnderWay } from "./runs-under-way.ts";
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
  /** Which side serves a key while the traffic is split, whatever its bucket; undefined leaves it to the bucket. */
  readonly override?: (key: string | undefined) => Preference | undefined;
  /** What repeating runs for a shadow may use. */
  readonly mirrorLimits?: MirrorLimits;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly random?: Random;
}

/** Options of one run of a live graph. */
export interface LiveRunOptions {
  /** Runs with the same key are served by the same version; without one each run draws its own lot. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Asks for one side while the traffic is split; such a run is marked in its record. */
  readonly prefer?: Preference;
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
  /** One pair a mirrored run, when its repetition has ended. */
  readonly pairs$: Observable<MirroredPair>;
  readonly clock: Clock;
  readonly runTimeoutMs: number;
  readonly #build: (version: GraphVersion) => Runnable<In, Out>;
  readonly #random: Random;
  readonly #installed = new Map<string, InstalledVersion<In, Out>>();
  readonly #deck: FlightDeck<In, Out>;
  readonly #pairs = new Broadcast<MirroredPair>();
  readonly #mirror: Mirror;
  readonly #mirrorHome: MirrorHome<In, Out>;
  readonly #override: LiveGraphOptions<In, Out>["override"];
  /** Of the plan in force, once it has repeated a run. */
  #lane: MirrorLane<In, Out> | undefined;
  #plan: TrafficPlan;
  #revision = 0;
  #claimedBy: string | undefined;
  #route: Router<In, Out>;

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
    const ids = options.ids ?? uniqueIds;
    this.#random = options.random ?? systemRandom;
    this.#build = options.build ?? buildWith(options.registry, this.clock, ids);
    this.#deck = new FlightDeck({
      graphId: this.graphId,
      clock: this.clock,
      ids,
      runTimeoutMs: this.runTimeoutMs,
      installed: this.#installed,
    });
    this.runs$ = this.#deck.runs$;
    this.pairs$ = this.#pairs.values$;
    this.#mirror = new Mirror(this.clock, (pair) => this.#give(pair), options.mirrorLimits);
    this.#mirrorHome = {
      isInForce: ({ route }) => route.planRevision === this.#revision,
      launch: (target, inputs, launch) => this.#deck.launch(target, inputs, launch),
      announce: (record) => this.#deck.announce(record),
    };
    this.#override = options.override;
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

  /** What became of the runs that were picked to be mirrored, since the start. */
  get mirrorCounts(): MirrorCounts {
    return this.#mirror.counts;
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
    const runnable: Partial<Runnable> | undefined = this.#build(version);
    if (typeof runnable?.run !== "function") {
      throw new SparkError(
        "invalid_input",
        `Version ${version.label}: expected \`build\` to give an object with a function \`run\`, got ${runnable === undefined ? "nothing" : typeof runnable}.`,
      );
    }
    this.#installed.set(version.versionId, {
      version,
      runnable: runnable as Runnable<In, Out>,
      flights: new FlightList(),
      paths: new KnownPaths(),
    });
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
    this.#lane = undefined;
    return { ok: true, revision };
  }

  /**
   * Serves one run. Rejects as `Graph.run` does, with `run_timeout` after `runTimeoutSeconds`, or with the
   * signal's reason. Settles exactly once, also when the version is taken out of service meanwhile.
   */
  run(inputs: In, options: LiveRunOptions = {}): Promise<Out> {
    const { key, prefer } = options;
    const target = this.#route(key, prefer ?? this.#override?.(key));
    return target.mirror === undefined
      ? this.#deck.fly(target, inputs, options)
      : this.#flyMirrored(target, target.mirror, { inputs, options });
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

  /** The runs under way on a version, to be looked at again and again. Throws `unknown_version`. */
  underWay(versionId: string): RunsUnderWay {
    return this.#deck.underWay(this.#find(versionId));
  }

  /** Aborts all runs under way on a version; gives how many there were. Their callers get `reason`. */
  abortRuns(versionId: string, reason: unknown): number {
    const flights = [...(this.#installed.get(versionId)?.flights ?? [])];
    for (const flight of flights) flight.context.abort(reason);
    return flights.length;
  }

  #compile(plan: TrafficPlan, revision: number): Router<In, Out> {
    const find = (versionId: string): InstalledVersion<In, Out> => this.#find(versionId);
    return routerFor(plan, { liveId: this.#deck.liveId, revision, find, random: this.#random });
  }

  #find(versionId: string): InstalledVersion<In, Out> {
    const installed = this.#installed.get(versionId);
    if (installed !== undefined) return installed;
    throw new SparkError(
      "unknown_version",
      `Version ${versionId} is not installed in the live graph "${this.graphId}"; call install(version) first.`,
      { details: { versionId } },
    );
  }

  #give(pair: MirroredPair): void {
    this.#deck.announce(pair.mirrored.record);
    this.#pairs.send(pair);
  }

  /** Serves a run, and repeats it on the mirrored version once its caller has the result. */
  #flyMirrored(
    target: Target<In, Out>,
    mirror: Target<In, Out>,
    { inputs, options }: { readonly inputs: In; readonly options: LiveRunOptions },
  ): Promise<Out> {
    const copy = this.#mirror.copy(inputs);
    if (copy === undefined) return this.#deck.fly(target, inputs, options);
    const { key, signal } = options;
    this.#lane ??= new MirrorLane(mirror, this.#mirrorHome, this.#mirror);
    const observer = this.#lane.record(copy.inputs as In);
    return this.#deck.flyObserved(target, inputs, { key, signal, observer });
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
