import type { CompiledGraph, Exit, Step } from "./compiled-graph.ts";
import { runFan } from "./fan.ts";
import { Fork } from "./fork.ts";
import { type JoinState, arrive, emptyJoin, missingArrivals } from "./join.ts";
import { nodeFailure, type NodeFailure } from "./node-failure.ts";
import type { Outcome } from "./policies.ts";
import type { RunContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import { isThenable } from "./thenable.ts";
import { type Trace, traceCode } from "./trace.ts";

/** What conditions are evaluated against; one object a run, since evaluation never yields. */
class Scope {
  outputs: unknown;
  inputs: unknown;
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  get state(): unknown {
    return this.#context.stateView;
  }
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
  #fork: Fork | undefined;
  #joins: (JoinState | undefined)[] | undefined;
  #scope: Scope | undefined;
  /** Forks that are being started within one another: each of them is on the call stack. */
  #nesting = 0;

  constructor(graph: CompiledGraph, context: RunContext) {
    this.#graph = graph;
    this.#context = context;
  }

  /** Runs to the end; resolves to the output of the run. To be called once. */
  run(inputs: unknown): Promise<unknown> {
    return this.#walk(this.#graph.start, inputs, this.#context.trace?.endedAt ?? 0);
  }

  /** Moves one token until it ends. Resolves to the run's output, where this walker is the one to know it. */
  async #walk(from: Step, inputs: unknown, startedMs: number): Promise<unknown> {
    let step = from;
    let value = inputs;
    let since = startedMs;
    try {
      for (;;) {
        // What lives across the await is saved and restored at each turn, so little does.
        this.#context.admit(step.id);
        const before = this.#context.trace;
        if (before !== undefined && before.unread > 0 && step.timing.left > 0)
          since = this.#readClock(before);
        let output: unknown;
        let attempts: number;
        let failure: NodeFailure | undefined;
        try {
          output = step.work.process(value, this.#context);
          if (isThenable(output)) output = await output;
          attempts = 1;
          failure = undefined;
          if (step.attempted) ({ output, attempts, failure } = settled(output as Outcome, step));
        } catch (error) {
          attempts = 1;
          failure = { nodeId: step.id, attempt: 1, cause: error };
        }
        const context = this.#context;
        const { trace, observer } = context;
        if (observer !== undefined && failure === undefined && !step.effects) observer.note(step.id, output);
        if (trace !== undefined) {
          const code = traceCode(step.index, attempts, failure === undefined);
          if (this.#fork === undefined && (step.timing.left === 0 || trace.unread > 0)) {
            if (trace.note(code)) since = this.#readClock(trace);
          } else {
            const now = context.clock.now();
            trace.add(code, since, now);
            step.timing.timed(now - since);
            since = now;
          }
        }
        const { sole, fan } = step;
        if (failure === undefined && sole !== undefined) {
          if (sole.condition !== undefined && !sole.condition(this.#scopeOf(output, value))) {
            return this.#end(step, output);
          }
          value = output;
          step = sole.to;
          continue;
        }
        if (failure === undefined && fan !== undefined && this.#fork === undefined) {
          if (trace !== undefined && trace.unread > 0) since = this.#readClock(trace);
          value = await runFan(fan, output, { context, since });
          since = this.#context.trace?.endedAt ?? 0;
          step = fan.join;
          continue;
        }
        if (failure !== undefined) {
          if (context.aborted) throw context.reason;
          output = { inputs: value, error: nodeFailure(failure).details };
        }
        const exit = this.#choose(failure === undefined ? step.exits : step.fallbacks, output, value);
        if (exit === undefined) {
          if (failure !== undefined) throw nodeFailure(failure);
          return this.#end(step, output);
        }
        const several = Array.isArray(exit);
        if (trace !== undefined && trace.unread > 0 && (several || (exit as Exit).delayMs > 0)) {
          since = this.#readClock(trace);
        }
        if (several) return this.#forkTo(exit as readonly Exit[], output, since);
        const taken = exit as Exit;
        if (taken.delayMs > 0) {
          await context.clock.sleep(taken.delayMs, context.signal);
          if (context.trace !== undefined) since = context.trace.endedAt = context.clock.now();
        }
        value = taken.slot < 0 ? output : this.#arrive(taken, output);
        if (value === notYet) return this.#end(undefined, undefined);
        step = taken.to;
      }
    } catch (error) {
      const { landing, trace } = this.#context;
      if (trace !== undefined && trace.unread > 0) this.#readClock(trace);
      if (this.#fork !== undefined) this.#fork.fail(error);
      else if (landing !== undefined) landing.failed(error);
      else throw error;
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
    const scope = (this.#scope ??= new Scope(this.#context));
    scope.outputs = outputs;
    scope.inputs = inputs;
    return scope;
  }

  /** Sends a token along each of these edges. The walker that forks first answers for the whole run. */
  #forkTo(exits: readonly Exit[], output: unknown, since: number): Promise<unknown> | undefined {
    const isFirst = this.#fork === undefined;
    const fork = (this.#fork ??= new Fork(this.#context));
    fork.live += exits.length - 1;
    this.#nesting += 1;
    for (const exit of exits) {
      const isPlain = exit.delayMs === 0 && exit.slot < 0;
      if (isPlain && this.#nesting < maxNesting) void this.#walk(exit.to, output, since);
      else void this.#follow(exit, output, since);
    }
    this.#nesting -= 1;
    return isFirst ? fork.result : undefined;
  }

  async #follow(exit: Exit, output: unknown, since: number): Promise<void> {
    try {
      if (exit.delayMs > 0) await this.#context.clock.sleep(exit.delayMs, this.#context.signal);
      else if (this.#nesting >= maxNesting) await Promise.resolve();
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
    const { landing, trace, clock } = this.#context;
    if (trace !== undefined && trace.unread > 0) this.#readClock(trace);
    else if (step === undefined && trace !== undefined) trace.endedAt = clock.now();
    if (this.#fork === undefined) {
      this.#refuseStarved();
      if (landing === undefined) return output;
      landing.landed(output);
      return undefined;
    }
    if (this.#fork.end(step, output)) {
      this.#refuseStarved();
      this.#fork.finish();
    }
    return undefined;
  }

  /** Reads the clock for the quick executions that share a reading; gives the time. */
  #readClock(trace: Trace): number {
    const now = this.#context.clock.now();
    trace.read(now, this.#graph.steps);
    return now;
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

/** A loop that forks at each turn, of nodes that never wait, goes on from an empty call stack after so many. */
const maxNesting = 100;

/** What a join answers while it still waits. */
const notYet = Symbol("not yet");
