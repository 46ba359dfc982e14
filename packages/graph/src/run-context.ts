import type { Clock } from "./clock.ts";
import type { Trace } from "./trace.ts";
import { systemClock } from "./clock.ts";
import { type Ids, uniqueIds } from "./identity.ts";
import type { RunObserver } from "./run-observer.ts";
import { SparkError } from "./spark-error.ts";

/** What a node may say about its work; sums and means end up in the run's record. */
export interface Report {
  /** In the unit of your choice, the same everywhere. */
  readonly cost?: number;
  readonly tokens?: number;
  /** How good the result is, 0 to 1. */
  readonly quality?: number;
  /** Any other named measurement. */
  readonly scores?: Readonly<Record<string, number>>;
}

/** What a node gets beside its inputs. */
export interface NodeContext {
  readonly runId: string;
  /** Aborts when the run is cancelled, out of time, or one of its other branches has failed. */
  readonly signal: AbortSignal;
  /** State that the nodes of this run share; a copy of the spec's initial state, never another run's. */
  readonly state: Record<string, unknown>;
  readonly clock: Clock;
  /** Which attempt of the node this is, from 1. */
  readonly attempt: number;
  /** Who watches the run, where it is mirrored; not for nodes. */
  readonly observer?: RunObserver | undefined;
  report(values: Report): void;
}

/** Options of one run. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

/** Who is told of the end of a run, at once and by a plain call: a promise more costs a run more than its record. */
export interface Landing {
  landed(output: unknown): void;
  failed(error: unknown): void;
}

/** What a run may use at the most. */
export interface RunLimits {
  readonly maxTokens?: number;
  readonly maxCost?: number;
}

/**
 * Everything that belongs to one run, and to no other: its signal, state, steps, trace and reports.
 *
 * What costs something is made when it is first asked for: a run whose nodes never look at `signal` has no
 * `AbortController`.
 */
export class RunContext implements NodeContext {
  readonly clock: Clock;
  readonly attempt = 1;
  /** Encoded node executions; `undefined` while nobody wants them. See `trace.ts`. */
  trace: Trace | undefined;
  /** Node executions so far, and how many there may be at the most. */
  steps = 0;
  maxSteps = Infinity;
  aborted = false;
  reason: unknown = undefined;
  limits: RunLimits | undefined;
  observer: RunObserver | undefined;
  cost: number | undefined;
  tokens: number | undefined;
  qualitySum = 0;
  qualityCount = 0;
  scores: Record<string, number> | undefined;
  /** Told of the run's end by the graph, besides its promise; the promise of a run that failed then resolves. */
  landing: Landing | undefined;
  /** Called once, synchronously, when the run is aborted. */
  onAbort: ((reason: unknown, context: RunContext) => void) | undefined;
  initialState: Readonly<Record<string, unknown>> | undefined;
  #ids: Ids;
  #runId: string | undefined;
  #state: Record<string, unknown> | undefined;
  #controller: AbortController | undefined;

  constructor(clock: Clock = systemClock, ids: Ids = uniqueIds, runId?: string) {
    this.clock = clock;
    this.#ids = ids;
    this.#runId = runId;
  }

  get runId(): string {
    return (this.#runId ??= this.#ids.next("run"));
  }

  get state(): Record<string, unknown> {
    return (this.#state ??= this.initialState === undefined ? {} : structuredClone(this.initialState));
  }

  /** The state as it is, for reading: nothing is copied before a node asks for `state`. */
  get stateView(): Readonly<Record<string, unknown>> {
    return this.#state ?? this.initialState ?? noState;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  /** Ends the run: no further node starts, running ones see their signal abort. Later calls do nothing. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#controller?.abort(reason);
    this.onAbort?.(reason, this);
  }

  /** Counts a node execution that is about to begin; throws when the run is aborted or has had its last one. */
  admit(nodeId: string): void {
    if (this.aborted) throw this.reason;
    this.steps += 1;
    if (this.steps > this.maxSteps) throw stepLimit(nodeId, this.maxSteps);
  }

  report(values: Report): void {
    const { cost, tokens, quality, scores } = values;
    if (cost !== undefined) this.cost = (this.cost ?? 0) + finite("cost", cost);
    if (tokens !== undefined) this.tokens = (this.tokens ?? 0) + finite("tokens", tokens);
    if (quality !== undefined) {
      if (!(quality >= 0 && quality <= 1)) throw outOfRange("quality", quality, "a number from 0 to 1");
      this.qualitySum += quality;
      this.qualityCount += 1;
    }
    if (scores !== undefined) this.#score(scores);
    if (this.limits !== undefined) this.#holdTo(this.limits);
  }

  #score(scores: Readonly<Record<string, number>>): void {
    this.scores ??= {};
    for (const [name, score] of Object.entries(scores)) this.scores[name] = finite(`scores.${name}`, score);
  }

  #holdTo({ maxCost, maxTokens }: RunLimits): void {
    const over =
      maxCost !== undefined && (this.cost ?? 0) > maxCost
        ? `cost ${this.cost} of at most ${maxCost}`
        : maxTokens !== undefined && (this.tokens ?? 0) > maxTokens
          ? `${this.tokens} tokens of at most ${maxTokens}`
          : undefined;
    if (over !== undefined) {
      this.abort(new SparkError("budget_exceeded", `Run ${this.runId} is over its budget: ${over}.`));
    }
  }
}

const noState: Readonly<Record<string, unknown>> = Object.freeze({});

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(name, value, "a finite number");
  return value;
}

function outOfRange(name: string, value: unknown, expected: string): SparkError {
  return new SparkError(
    "invalid_input",
    `A node reported ${name}: expected ${expected}, got ${String(value)}.`,
  );
}

function stepLimit(nodeId: string, maxSteps: number): SparkError {
  return new SparkError(
    "step_limit",
    `The run stopped before node "${nodeId}": ${maxSteps} node executions are the limit. ` +
      `A loop may not end; raise maxSteps where it must be longer.`,
    { details: { nodeId, maxSteps } },
  );
}
