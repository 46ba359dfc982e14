import type { Flight } from "./flight.ts";
import { runError } from "./node-failure.ts";
import type { Arm, NodeRun, RunError, RunRecord } from "./run-record.ts";
import { decodeTrace } from "./trace.ts";

/** The record of a run that has ended. What takes work (ids, node objects) is made when it is read. */
export class LiveRunRecord implements RunRecord {
  readonly sequence: number;
  readonly graphId: string;
  readonly versionId: string;
  readonly arm: Arm;
  readonly planRevision: number;
  readonly candidateShare: number;
  declare readonly key?: string;
  declare readonly overridden?: boolean;
  readonly ok: boolean;
  declare readonly error?: RunError;
  readonly startedAt: number;
  readonly durationMs: number;
  declare readonly cost?: number;
  declare readonly tokens?: number;
  declare readonly quality?: number;
  declare readonly scores?: Readonly<Record<string, number>>;
  readonly #liveId: string;
  readonly #trace: readonly number[];
  readonly #nodeIds: readonly string[];

  constructor(flight: Flight, liveId: string, failure: { readonly error: unknown } | undefined) {
    const { installed, route } = flight;
    this.sequence = flight.sequence;
    this.graphId = installed.version.spec.id;
    this.versionId = installed.version.versionId;
    this.arm = route.arm;
    this.planRevision = route.planRevision;
    this.candidateShare = route.candidateShare;
    if (flight.key !== undefined) this.key = flight.key;
    if (route.overridden) this.overridden = true;
    this.ok = failure === undefined;
    if (failure !== undefined) this.error = runError(failure.error);
    this.startedAt = flight.startedAt;
    this.durationMs = flight.clock.now() - flight.startedAt;
    if (flight.cost !== undefined) this.cost = flight.cost;
    if (flight.tokens !== undefined) this.tokens = flight.tokens;
    if (flight.qualityCount > 0) this.quality = flight.qualitySum / flight.qualityCount;
    if (flight.scores !== undefined) this.scores = flight.scores;
    this.#liveId = liveId;
    this.#trace = flight.trace ?? [];
    this.#nodeIds = installed.runnable.nodeIds ?? [];
  }

  get runId(): string {
    return `${this.#liveId}-${this.sequence}`;
  }

  get nodes(): readonly NodeRun[] {
    return decodeTrace(this.#trace, this.#nodeIds);
  }

  toJSON(): RunRecord {
    return { ...(this as RunRecord), runId: this.runId, nodes: this.nodes };
  }
}
