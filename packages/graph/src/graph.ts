import { type Clock, systemClock } from "./clock.ts";
import { type CompiledGraph, compileGraph } from "./compiled-graph.ts";
import { Execution } from "./execution.ts";
import { type Ids, uniqueIds } from "./identity.ts";
import { NestedContext } from "./nested-context.ts";
import { raceAbort } from "./race-abort.ts";
import type { NodeRegistry } from "./registry.ts";
import { type Landing, type NodeContext, RunContext, type RunOptions, type RunTerms } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import type { GraphSpec, GraphSpecInput } from "./spec.ts";
import { soundSpec } from "./sound-spec.ts";

/** Options of a graph. */
export interface GraphOptions {
  /** Node executions a run may take before it counts as endless. @default 100000 */
  readonly maxSteps?: number;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

/**
 * A graph that runs. Made once from a spec; any number of runs may be under way at the same time, since all
 * that a run changes belongs to that run.
 *
 * A run starts at `start` with the inputs and follows every edge whose condition holds, in descending
 * priority and then by edge id; several edges go on at the same time. What the last node gives is the result;
 * where a run ends at several nodes the result is `{ [nodeId]: output }`.
 *
 * @example
 * const graph = Graph.fromSpec({ id: "g", start: "double", nodes: [{ id: "double", type: "Double" }] }, registry);
 * await graph.run({ n: 21 });
 */
export class Graph<In = unknown, Out = unknown> {
  readonly spec: GraphSpec;
  /** Ids of the nodes by their position in a trace. */
  readonly nodeIds: readonly string[];
  readonly lands = true;
  readonly #compiled: CompiledGraph;
  readonly #terms: RunTerms;
  /** Whether a run can end by its budget: by its time, or by what its nodes report. */
  readonly #isBounded: boolean;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #maxMs: number | undefined;

  private constructor(spec: GraphSpec, registry: NodeRegistry, options: GraphOptions) {
    this.spec = spec;
    this.#compiled = compileGraph(spec, registry);
    this.nodeIds = this.#compiled.nodeIds;
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? uniqueIds;
    const { maxSeconds, maxTokens, maxCost } = spec.task?.budget ?? {};
    this.#maxMs = maxSeconds === undefined ? undefined : maxSeconds * 1000;
    this.#isBounded = maxSeconds !== undefined || maxTokens !== undefined || maxCost !== undefined;
    this.#terms = {
      nodes: this.#compiled.steps,
      maxSteps: wholeSteps(options.maxSteps ?? 100_000),
      maxTokens,
      maxCost,
      initialState: spec.graphState?.initialState,
    };
  }

  /**
   * Builds a graph. Throws `invalid_spec` with every fault, `unknown_node_type` or `invalid_config` with the
   * node's id, `invalid_condition` with the position, `unsupported` for what is only kept in documents.
   */
  static fromSpec<In = unknown, Out = unknown>(
    spec: GraphSpec | GraphSpecInput,
    registry: NodeRegistry,
    options: GraphOptions = {},
  ): Graph<In, Out> {
    return new Graph(soundSpec(spec), registry, options);
  }

  /**
   * Runs the graph once. Rejects with `node_failed` (node, attempt, cause), `run_timeout` (the budget of the
   * spec's task), `budget_exceeded`, `step_limit`, `join_starved`, or the signal's reason.
   *
   * Whoever passes a {@link RunContext} instead of options answers for aborting and for time himself. A node that
   * runs another graph passes on the context it got: the inner run is aborted with the outer one, what its nodes report
   * counts for both, and where the outer run is repeated for a shadow the inner one does not touch the world.
   */
  run(inputs: In, options: RunOptions | NodeContext = {}): Promise<Out> {
    if (options instanceof RunContext && options.steps === 0)
      return this.#runIn(options, inputs) as Promise<Out>;
    if ("report" in options) return this.#runWithin(options, inputs) as Promise<Out>;
    return this.#runAlone(inputs, options) as Promise<Out>;
  }

  #runWithin(outer: NodeContext, inputs: unknown): Promise<unknown> {
    const context = new NestedContext(outer, this.#clock, this.#ids);
    context.terms = this.#terms;
    return raceAbort(context, outer.signal, () => this.#settle(inputs, context));
  }

  #runAlone(inputs: unknown, { runId, signal }: RunOptions): Promise<unknown> {
    const context = new RunContext(this.#clock, this.#ids, runId);
    context.terms = this.#terms;
    if (signal === undefined && !this.#isBounded) return this.#settle(inputs, context);
    return raceAbort(context, signal, () => this.#settle(inputs, context));
  }

  #runIn(context: RunContext, inputs: unknown): Promise<unknown> {
    context.terms = this.#terms;
    if (context.landing === undefined) return this.#settleIn(context, inputs);
    this.#start(inputs, context, context.landing);
    return toldOtherwise;
  }

  #settleIn(context: RunContext, inputs: unknown): Promise<unknown> {
    const work = (): Promise<unknown> => this.#settle(inputs, context);
    return this.#maxMs === undefined || context.onAbort !== undefined
      ? work()
      : raceAbort(context, undefined, work);
  }

  #settle(inputs: unknown, context: RunContext): Promise<unknown> {
    return new Promise((landed, failed) => this.#start(inputs, context, { landed, failed }));
  }

  #start(inputs: unknown, context: RunContext, landing: Landing): void {
    const within = this.#maxMs === undefined ? landing : this.#timed(this.#maxMs, context, landing);
    new Execution(this.#compiled, context, within).start(inputs);
  }

  /** Aborts the run when it takes longer. */
  #timed(maxMs: number, context: RunContext, landing: Landing): Landing {
    const stop = context.clock.schedule(maxMs, () =>
      context.abort(
        new SparkError("run_timeout", `The run is over its budget of ${maxMs / 1000} s.`, {
          details: { graphId: this.spec.id, maxSeconds: maxMs / 1000 },
        }),
      ),
    );
    const { onAbort } = context;
    context.onAbort = (reason, of) => {
      stop();
      onAbort?.(reason, of);
    };
    return {
      landed(output) {
        stop();
        landing.landed(output);
      },
      failed(error) {
        stop();
        landing.failed(error);
      },
    };
  }
}

/** What a run gives whose landing is told of its end. */
const toldOtherwise = Promise.resolve(undefined);

function wholeSteps(maxSteps: number): number {
  if (Number.isInteger(maxSteps) && maxSteps > 0) return maxSteps;
  throw new SparkError("invalid_input", `maxSteps: expected a whole number above 0, got ${maxSteps}.`);
}

/** The spec a graph was built from, the inverse of `Graph.fromSpec`. */
export function graphToSpec(graph: Graph<never>): GraphSpec {
  return graph.spec;
}
