import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import { type Ids, uniqueIds } from "./identity.ts";
import type { ObservedNode, RunObserver } from "./run-observer.ts";
import { type Report, RunReports } from "./run-reports.ts";
import { SparkError } from "./spark-error.ts";
import type { Trace } from "./trace.ts";

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

/** What every run of a graph starts with, and may use at the most. */
export interface RunTerms {
  /** The nodes by their index in a trace. */
  readonly nodes: readonly ObservedNode[];
  /** Node executions. */
  readonly maxSteps: number;
  readonly maxTokens?: number | undefined;
  readonly maxCost?: number | undefined;
  readonly initialState?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Everything that belongs to one run, and to no other: its signal, state, steps, trace and reports.
 *
 * What costs something is made when it is first asked for: a run whose nodes never look at `signal` has no
 * `AbortController`.
 */
export class RunContext implements NodeContext {
  readonly clock: Clock;
  /** Encoded node executions; `undefined` while nobody wants them. See `trace.ts`. */
  trace: Trace | undefined;
  /** Node executions so far. */
  steps = 0;
  /** Set by the graph that runs. */
  terms: RunTerms = boundless;
  aborted = false;
  reason: unknown = undefined;
  observer: RunObserver | undefined;
  /** What the nodes have reported, once one has. */
  reports: RunReports | undefined;
  /** Told of the run's end by the graph, besides its promise; the promise of a run that failed then resolves. */
  landing: Landing | undefined;
  /** Called once, synchronously, when the run is aborted. */
  onAbort: ((reason: unknown, context: RunContext) => void) | undefined;
  #ids: Ids;
  #runId: string | undefined;
  #state: Record<string, unknown> | undefined;
  #controller: AbortController | undefined;

  constructor(clock: Clock = systemClock, ids: Ids = uniqueIds, runId?: string) {
    this.clock = clock;
    this.#ids = ids;
    this.#runId = runId;
  }

  get attempt(): number {
    return 1;
  }

  get runId(): string {
    return (this.#runId ??= this.#ids.next("run"));
  }

  get state(): Record<string, unknown> {
    const { initialState } = this.terms;
    return (this.#state ??= initialState === undefined ? {} : structuredClone(initialState));
  }

  /** The state as it is, for reading: nothing is copied before a node asks for `state`. */
  get stateView(): Readonly<Record<string, unknown>> {
    return this.#state ?? this.terms.initialState ?? noState;
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
    if (this.steps > this.terms.maxSteps) throw stepLimit(nodeId, this.terms.maxSteps);
  }

  report(values: Report): void {
    this.reports ??= new RunReports();
    this.reports.add(values);
    const over = overBudget(this.reports, this.terms);
    if (over === undefined) return;
    this.abort(new SparkError("budget_exceeded", `Run ${this.runId} is over its budget: ${over}.`));
  }
}

const boundless: RunTerms = { nodes: [], maxSteps: Infinity };

const noState: Readonly<Record<string, unknown>> = Object.freeze({});

function overBudget({ cost = 0, tokens = 0 }: RunReports, terms: RunTerms): string | undefined {
  const { maxCost = Infinity, maxTokens = Infinity } = terms;
  if (cost > maxCost) return `cost ${cost} of at most ${maxCost}`;
  return tokens > maxTokens ? `${tokens} tokens of at most ${maxTokens}` : undefined;
}

function stepLimit(nodeId: string, maxSteps: number): SparkError {
  return new SparkError(
    "step_limit",
    `The run stopped before node "${nodeId}": ${maxSteps} node executions are the limit. ` +
      `A loop may not end; raise maxSteps where it must be longer.`,
    { details: { nodeId, maxSteps } },
  );
}
