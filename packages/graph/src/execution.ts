import type { CompiledGraph, Exit, Step } from "./compiled-graph.ts";
import { ConditionScope } from "./condition-scope.ts";
import { Fork } from "./fork.ts";
import { type JoinState, arrive, emptyJoin, missingArrivals } from "./join.ts";
import type { Landing, RunContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import { Token } from "./token.ts";
import type { Trace } from "./trace.ts";

/**
 * One run of one graph: what its tokens have in common, and how it ends.
 *
 * A run is a set of tokens, each at a node with a value. It starts with one; the first time a node has several
 * edges to take, the run forks. `landing` is told of the end, once or, where branches fail beside each other, more
 * often: the first time counts.
 */
export class Execution {
  readonly graph: CompiledGraph;
  readonly context: RunContext;
  /** There once the run has forked. */
  fork: Fork | undefined;
  readonly #landing: Landing;
  #joins: (JoinState | undefined)[] | undefined;
  #scope: ConditionScope | undefined;

  constructor(graph: CompiledGraph, context: RunContext, landing: Landing) {
    this.graph = graph;
    this.context = context;
    this.#landing = landing;
  }

  /** Runs as far as it can without waiting. To be called once. */
  start(inputs: unknown): void {
    new Token(this, this.context.trace?.endedAt ?? 0).go(this.graph.start, inputs);
  }

  /** What conditions see: they are told the output and the inputs of one node, and read at once. */
  scopeOf(outputs: unknown, inputs: unknown): ConditionScope {
    const scope = (this.#scope ??= new ConditionScope(this.context));
    scope.outputs = outputs;
    scope.inputs = inputs;
    return scope;
  }

  /** What comes out at the other end of an edge: the value, what a join has gathered, or that it still waits. */
  arrive(exit: Exit, value: unknown): unknown {
    const plan = exit.to.join;
    if (plan === undefined) return value;
    this.#joins ??= this.graph.joins.map(() => undefined);
    const state = (this.#joins[plan.index] ??= emptyJoin(plan));
    return arrive(plan, state, { slot: exit.slot, value });
  }

  /** From now on there are several tokens, `more` more than before. */
  split(more: number): Fork {
    const fork = (this.fork ??= new Fork(this.context, this.#landing));
    fork.live += more;
    return fork;
  }

  /** A token has ended: at `step` with `output`, or, without a step, inside a join. */
  end(step: Step | undefined, output: unknown): void {
    const { trace } = this.context;
    if (trace !== undefined && trace.unread > 0) this.readClock(trace);
    if (step === undefined || this.fork !== undefined || this.#joins !== undefined)
      this.#endOne(step, output);
    else this.#landing.landed(output);
  }

  /** Ends a token of a run that may have others, or a join that waits. */
  #endOne(step: Step | undefined, output: unknown): void {
    const { trace, clock } = this.context;
    if (step === undefined) trace?.resume(clock.now());
    const { fork } = this;
    if (fork !== undefined && !fork.end(step, output)) return;
    if (this.#joins !== undefined) this.#refuseStarved(this.#joins);
    if (fork === undefined) this.#landing.landed(output);
    else fork.finish();
  }

  /** A token has failed, and with it the run. */
  fail(error: unknown): void {
    const { trace } = this.context;
    if (trace !== undefined && trace.unread > 0) this.readClock(trace);
    if (this.fork === undefined) this.#landing.failed(error);
    else this.fork.fail(error);
  }

  /** Reads the clock for the quick executions that share a reading; gives the time. */
  readClock(trace: Trace): number {
    const now = this.context.clock.now();
    trace.read(now, this.graph.steps);
    return now;
  }

  #refuseStarved(joins: readonly (JoinState | undefined)[]): void {
    joins.forEach((state, index) => {
      const plan = this.graph.joins[index];
      if (state === undefined || plan === undefined) return;
      const missing = missingArrivals(plan, state);
      if (missing.length === 0) return;
      const join = this.graph.steps.find((step) => step.join === plan)?.id ?? "";
      throw new SparkError(
        "join_starved",
        `Join "${join}" waited for ${missing.map((id) => `edge "${id}"`).join(", ")}, which nothing came along. ` +
          `Use mode "quorum" or "any" where a branch may not happen.`,
        { details: { nodeId: join, missing } },
      );
    });
  }
}
