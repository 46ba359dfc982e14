import type { CompiledGraph, Exit, Step } from "./compiled-graph.ts";
import { Fork } from "./fork.ts";
import { type JoinState, arrive, emptyJoin, missingArrivals } from "./join.ts";
import { nodeFailure, type NodeFailure } from "./node-failure.ts";
import type { Outcome } from "./policies.ts";
import type { RunContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import { isThenable } from "./thenable.ts";
import { traceCode } from "./trace.ts";

/** What conditions are evaluated against; one object a run, since evaluation never yields. */
interface Scope {
  outputs: unknown;
  inputs: unknown;
  state: unknown;
}

/**
 * One run of one graph.
 *
 * A run is a set of tokens, each at a node with a value. As long as there is one token the whole run is one
 * async function with one loop; the first time a node has several edges to take, the run forks and each
 * token gets a walker of its own.
 */
export class Execution {
  readonly #graph: CompiledGraph;
  readonly #context: RunContext;
  readonly #maxSteps: number;
  #fork: Fork | undefined;
  #joins: (JoinState | undefined)[] | undefined;
  #scope: Scope | undefined;

  constructor(graph: CompiledGraph, context: RunContext, maxSteps: number) {
    this.#graph = graph;
    this.#context = context;
    this.#maxSteps = maxSteps;
  }

  /** Runs to the end; resolves to the output of the run. To be called once. */
  run(inputs: unknown): Promise<unknown> {
    const context = this.#context;
    return this.#walk(this.#graph.start, inputs, context.trace === undefined ? 0 : context.clock.now());
  }

  /** Moves one token until it ends. Resolves to the run's output, where this walker is the one to know it. */
  async #walk(from: Step, inputs: unknown, startedMs: number): Promise<unknown> {
    const context = this.#context;
    const { trace } = context;
    const maxSteps = this.#maxSteps;
    let step = from;
    let value = inputs;
    let since = startedMs;
    try {
      for (;;) {
        if (context.aborted) throw context.reason;
        if ((context.steps += 1) > maxSteps) throw stepLimit(step, maxSteps);
        let output: unknown;
        let failure: NodeFailure | undefined;
        let attempts = 1;
        try {
          output = step.work.process(value, context);
          if (isThenable(output)) output = await output;
          if (step.attempted) ({ output, attempts, failure } = settled(output as Outcome, step));
        } catch (error) {
          failure = { nodeId: step.id, attempt: 1, cause: error };
        }
        if (trace !== undefined) {
          const now = context.clock.now();
          trace.push(traceCode(step.index, attempts, failure === undefined), now - since);
          since = now;
        }
        const { sole } = step;
        if (failure === undefined && sole !== undefined) {
          if (sole.condition !== undefined && !sole.condition(this.#scopeOf(output, value))) {
            return this.#end(step, output);
          }
          value = output;
          step = sole.to;
          continue;
        }
        if (failure !== undefined) {
          if (context.aborted) throw context.reason;
          if (step.fallbacks.length === 0) throw nodeFailure(failure);
          output = { inputs: value, error: nodeFailure(failure).details };
        }
        const exit = this.#choose(failure === undefined ? step.exits : step.fallbacks, output, value);
        if (exit === undefined) return this.#end(step, output);
        if (Array.isArray(exit)) return this.#forkTo(exit as readonly Exit[], output, since);
        const taken = exit as Exit;
        if (taken.delayMs > 0) {
          await context.clock.sleep(taken.delayMs, context.signal);
          if (trace !== undefined) since = context.clock.now();
        }
        value = taken.slot < 0 ? output : this.#arrive(taken, output);
        if (value === notYet) return this.#end(undefined, undefined);
        step = taken.to;
      }
    } catch (error) {
      if (this.#fork === undefined) throw error;
      this.#fork.fail(error);
      return undefined;
    }
  }

  /** The edge to take, several of them, or none. */
  #choose(exits: readonly Exit[], outputs: unknown, inputs: unknown): Exit | readonly Exit[] | undefined {
    let first: Exit | undefined;
    let all: Exit[] | undefined;
    for (const exit of exits) {
      if (exit.condition !== undefined && !exit.condition(this.#scopeOf(outputs, inputs))) continue;
      if (first === undefined) first = exit;
      else (all ??= [first]).push(exit);
    }
    return all ?? first;
  }

  #scopeOf(outputs: unknown, inputs: unknown): Scope {
    const scope = (this.#scope ??= { outputs, inputs, state: undefined });
    scope.outputs = outputs;
    scope.inputs = inputs;
    scope.state = this.#context.stateView;
    return scope;
  }

  /** Sends a token along each of these edges. The walker that forks first answers for the whole run. */
  #forkTo(exits: readonly Exit[], output: unknown, since: number): Promise<unknown> | undefined {
    const isFirst = this.#fork === undefined;
    const fork = (this.#fork ??= new Fork(this.#context));
    fork.live += exits.length - 1;
    for (const exit of exits) {
      if (exit.delayMs === 0 && exit.slot < 0) void this.#walk(exit.to, output, since);
      else void this.#follow(exit, output, since);
    }
    return isFirst ? fork.result : undefined;
  }

  async #follow(exit: Exit, output: unknown, since: number): Promise<void> {
    try {
      if (exit.delayMs > 0) await this.#context.clock.sleep(exit.delayMs, this.#context.signal);
      const value = exit.slot < 0 ? output : this.#arrive(exit, output);
      if (value === notYet) this.#end(undefined, undefined);
      else await this.#walk(exit.to, value, exit.delayMs > 0 ? this.#context.clock.now() : since);
    } catch (error) {
      this.#fork?.fail(error);
    }
  }

  #arrive(exit: Exit, value: unknown): unknown {
    const plan = exit.to.join;
    if (plan === undefined) return value;
    this.#joins ??= this.#graph.joins.map(() => undefined);
    const state = (this.#joins[plan.index] ??= emptyJoin(plan));
    return arrive(plan, state, { slot: exit.slot, value }) ?? notYet;
  }

  /** A token has ended: at `step` with `output`, or, without a step, inside a join. */
  #end(step: Step | undefined, output: unknown): unknown {
    if (this.#fork === undefined) {
      this.#refuseStarved();
      return output;
    }
    if (this.#fork.end(step, output)) {
      this.#refuseStarved();
      this.#fork.finish();
    }
    return undefined;
  }

  #refuseStarved(): void {
    this.#joins?.forEach((state, index) => {
      const plan = this.#graph.joins[index];
      if (state === undefined || plan === undefined) return;
      const missing = missingArrivals(plan, state);
      if (missing.length === 0) return;
      const join = this.#graph.steps.find((step) => step.join === plan)?.id ?? "";
      throw new SparkError(
        "join_starved",
        `Join "${join}" waited for ${missing.map((id) => `edge "${id}"`).join(", ")}, which nothing came along. ` +
          `Use mode "quorum" or "any" where a branch may not happen.`,
        { details: { nodeId: join, missing } },
      );
    });
  }
}

function settled(
  outcome: Outcome,
  step: Step,
): {
  output: unknown;
  attempts: number;
  failure: NodeFailure | undefined;
} {
  const { attempts } = outcome;
  return outcome.ok
    ? { output: outcome.output, attempts, failure: undefined }
    : { output: undefined, attempts, failure: { nodeId: step.id, attempt: attempts, cause: outcome.error } };
}

/** What a join answers while it still waits. */
const notYet = Symbol("not yet");

function stepLimit(step: Step, maxSteps: number): SparkError {
  return new SparkError(
    "step_limit",
    `The run stopped before node "${step.id}": ${maxSteps} node executions are the limit. ` +
      `A loop may not end; raise maxSteps where it must be longer.`,
    { details: { nodeId: step.id, maxSteps } },
  );
}
