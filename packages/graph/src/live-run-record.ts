import type { Flight } from "./flight.ts";
import { runError } from "./node-failure.ts";
import type { Arm, NodeRun, RunError, RunRecord } from "./run-record.ts";
import { Trace } from "./trace.ts";

/** How a run ended, and when. */
export interface RunEnd {
  readonly liveId: string;
  readonly failure: { readonly error: unknown } | undefined;
  readonly endedAt: number;
}

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
  readonly #trace: Trace;
  readonly #nodeIds: readonly string[];

  constructor(flight: Flight, { liveId, failure, endedAt }: RunEnd) {
    const { context, installed, route } = flight;
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
    this.durationMs = endedAt - flight.startedAt;
    if (context.cost !== undefined) this.cost = context.cost;
    if (context.tokens !== undefined) this.tokens = context.tokens;
    if (context.qualityCount > 0) this.quality = context.qualitySum / context.qualityCount;
    if (context.scores !== undefined) this.scores = context.scores;
    this.#liveId = liveId;
    this.#trace = context.trace ?? new Trace(0);
    this.#nodeIds = installed.runnable.nodeIds ?? [];
  }

  get runId(): string {
    return `${this.#liveId}-${this.sequence}`;
  }

  get nodes(): readonly NodeRun[] {
    return this.#trace.toNodeRuns(this.#nodeIds);
  }

  toJSON(): RunRecord {
    return { ...(this as RunRecord), runId: this.runId, nodes: this.nodes };
  }
}
