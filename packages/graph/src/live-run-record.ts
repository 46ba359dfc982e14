import type { KnownPaths } from "./known-paths.ts";
import type { Arm, NodeRun, RunError, RunRecord } from "./run-record.ts";
import { type NodeTimes, nodeRuns } from "./trace.ts";

/** How a run was routed, and what all runs that were routed alike have in common. */
export interface Route {
  readonly liveId: string;
  readonly graphId: string;
  readonly versionId: string;
  readonly arm: Arm;
  readonly planRevision: number;
  readonly candidateShare: number;
  readonly overridden: boolean;
  readonly nodeIds: readonly string[];
  readonly paths: KnownPaths;
}

/** What is known of a run from its start on, and what its nodes report meanwhile. */
export interface RunFacts {
  readonly sequence: number;
  readonly key: string | undefined;
  readonly startedAt: number;
  readonly reports: Reported | undefined;
}

/** How a run has ended. */
export interface RunEnd {
  readonly durationMs: number;
  readonly error: RunError | undefined;
  readonly path: readonly number[];
  readonly times: NodeTimes;
}

/** What the nodes of a run have reported, in the end. */
export interface Reported {
  readonly cost: number | undefined;
  readonly tokens: number | undefined;
  readonly quality: number | undefined;
  readonly scores: Readonly<Record<string, number>> | undefined;
}

const silence: Reported = { cost: undefined, tokens: undefined, quality: undefined, scores: undefined };

/**
 * The record of a run that has ended. What takes work (ids, node objects) is made when it is read. All records have
 * the same fields in the same order, present or not: whoever reads millions of them reads them quickly.
 */
export class LiveRunRecord implements RunRecord {
  readonly sequence: number;
  readonly graphId: string;
  readonly versionId: string;
  readonly arm: Arm;
  readonly planRevision: number;
  readonly candidateShare: number;
  readonly key: string | undefined;
  readonly overridden: true | undefined;
  readonly ok: boolean;
  readonly error: RunError | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly cost: number | undefined;
  readonly tokens: number | undefined;
  readonly quality: number | undefined;
  readonly scores: Readonly<Record<string, number>> | undefined;
  readonly #route: Route;
  readonly #path: readonly number[];
  readonly #times: NodeTimes;

  constructor(route: Route, { sequence, key, startedAt, reports }: RunFacts, end: RunEnd) {
    const { error } = end;
    this.sequence = sequence;
    this.graphId = route.graphId;
    this.versionId = route.versionId;
    this.arm = route.arm;
    this.planRevision = route.planRevision;
    this.candidateShare = route.candidateShare;
    this.key = key;
    this.overridden = route.overridden ? true : undefined;
    this.ok = error === undefined;
    this.error = error;
    this.startedAt = startedAt;
    this.durationMs = end.durationMs;
    const { cost, tokens, quality, scores } = reports ?? silence;
    this.cost = cost;
    this.tokens = tokens;
    this.quality = quality;
    this.scores = scores;
    this.#route = route;
    this.#path = end.path;
    this.#times = end.times;
  }

  get runId(): string {
    return `${this.#route.liveId}-${this.sequence}`;
  }

  get nodes(): readonly NodeRun[] {
    const { nodeIds } = this.#route;
    // A runtime that does not name its nodes may still have had a graph write into the run's trace.
    return nodeIds.length === 0 ? [] : nodeRuns(this.#path, this.#times, nodeIds);
  }

  /** Who keeps very many records takes them apart, and needs these. */
  get route(): Route {
    return this.#route;
  }

  get path(): readonly number[] {
    return this.#path;
  }

  get times(): NodeTimes {
    return this.#times;
  }

  toJSON(): RunRecord {
    return { ...(this as RunRecord), runId: this.runId, nodes: this.nodes };
  }
}
