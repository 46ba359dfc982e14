import type { Exit, Step } from "./compiled-graph.ts";
import type { Execution } from "./execution.ts";
import { type Fan, runFan } from "./fan.ts";
import { notYet } from "./join.ts";
import { nodeFailure } from "./node-failure.ts";
import type { Outcome } from "./policies.ts";
import { isOrderly, isThenable, orderly } from "./thenable.ts";
import { type Trace, traceCode } from "./trace.ts";

/** A loop that forks at each turn, of nodes that never wait, goes on from an empty call stack after so many. */
const maxNesting = 100;

/**
 * One token of a run: at a node, with a value, until it ends or the run forks.
 *
 * It goes from node to node in a loop, until a node gives a promise, and goes on from there once that is settled.
 * The two callbacks are the same for all of its nodes: an async function would be put away and brought back, with
 * all it has in hand, at every one of them.
 */
export class Token {
  readonly #run: Execution;
  #step: Step;
  #value: unknown;
  /** When the node it is at began, by the run's clock; of no meaning where nobody wants times. */
  #since: number;
  #onGiven: ((output: unknown) => void) | undefined;
  #onRejected: ((cause: unknown) => void) | undefined;

  constructor(run: Execution, since: number) {
    this.#run = run;
    this.#step = run.graph.start;
    this.#since = since;
  }

  /** Goes on from a node. Whatever goes wrong fails the run. */
  go(step: Step, value: unknown): void {
    this.#step = step;
    this.#value = value;
    try {
      this.#walk();
    } catch (error) {
      this.#run.fail(error);
    }
  }

  #walk(): void {
    let goesOn = true;
    while (goesOn) goesOn = this.#enter();
  }

  /** Begins the node it is at; true when that has ended already and there is a next one. */
  #enter(): boolean {
    const step = this.#step;
    const { context } = this.#run;
    const { trace } = context;
    context.admit(step.id);
    if (trace !== undefined && (trace.isDue || step.timing.left > 0)) this.#readClock(trace);
    let output: unknown;
    try {
      output = step.work.process(this.#value, context);
      if (isThenable(output)) return this.#waitFor(output);
    } catch (error) {
      return this.#failed(error, 1);
    }
    return this.#gave(output);
  }

  /** A token must not go on twice, nor from within the call that it waits by. */
  #waitFor(output: PromiseLike<unknown>): false {
    if (this.#onGiven === undefined) this.#listen();
    // Two calls: one to which only the engine's own promises come is compiled in.
    if (isOrderly(output)) void output.then(this.#onGiven, this.#onRejected);
    else void orderly(output).then(this.#onGiven, this.#onRejected);
    return false;
  }

  /** Reads the clock for what has been noted since it was read last, if anything has. */
  #readClock(trace: Trace | undefined): void {
    if (trace !== undefined && trace.unread > 0) this.#since = this.#run.readClock(trace);
  }

  #listen(): void {
    this.#onGiven = this.#whenGiven();
    this.#onRejected = this.#whenRejected();
  }

  #whenGiven(): (output: unknown) => void {
    return (output) => {
      try {
        if (this.#gave(output)) this.#walk();
      } catch (error) {
        this.#run.fail(error);
      }
    };
  }

  #whenRejected(): (cause: unknown) => void {
    return (cause) => {
      try {
        if (this.#failed(cause, 1)) this.#walk();
      } catch (error) {
        this.#run.fail(error);
      }
    };
  }

  /** The node has given something, which says, where it has policies, how it ended; true when there is a next one. */
  #gave(given: unknown): boolean {
    const step = this.#step;
    return step.attempted ? this.#tried(given as Outcome) : this.#done(given, step.goodCode);
  }

  #tried(outcome: Outcome): boolean {
    const { attempts } = outcome;
    if (!outcome.ok) return this.#failed(outcome.error, attempts);
    return this.#done(outcome.output, traceCode(this.#step.index, attempts, true));
  }

  /** The node has ended well. */
  #done(output: unknown, code: number): boolean {
    const step = this.#step;
    const { trace, observer } = this.#run.context;
    if (observer !== undefined && !step.effects) observer.note(step, output, trace !== undefined);
    if (trace !== undefined) this.#note(trace, code);
    const { next } = step;
    if (next === undefined) return this.#exit(output);
    this.#value = output;
    this.#step = next;
    return true;
  }

  #holds(condition: Exit["condition"], output: unknown): boolean {
    return condition === undefined || condition(this.#run.scopeOf(output, this.#value));
  }

  /** The node has failed for good: on along a fallback edge, where there is one. */
  #failed(cause: unknown, attempt: number): boolean {
    const step = this.#step;
    const { context } = this.#run;
    if (context.trace !== undefined) this.#note(context.trace, traceCode(step.index, attempt, false));
    if (context.aborted) throw context.reason;
    const failure = nodeFailure({ nodeId: step.id, attempt, cause });
    const output = { inputs: this.#value, error: failure.details };
    const exits = this.#chosen(step.fallbacks, output);
    if (exits.length === 0) throw failure;
    return this.#leave(exits, output);
  }

  /** Writes down how the node ended. The clock is read later, for quick nodes that follow one another together. */
  #note(trace: Trace, code: number): void {
    if (this.#run.fork === undefined) trace.note(code, this.#step.timing.left > 0);
    else this.#time(trace, code);
  }

  /** Nodes beside each other each have a time of their own. */
  #time(trace: Trace, code: number): void {
    const now = this.#run.context.clock.now();
    trace.add(code, this.#since, now);
    this.#step.timing.timed(now - this.#since);
    this.#since = now;
  }

  /** The edges whose conditions hold. */
  #chosen(exits: readonly Exit[], output: unknown): readonly Exit[] {
    return exits.filter(({ condition }) => this.#holds(condition, output));
  }

  /** On from a node behind which there is something to decide, or nothing more. */
  #exit(output: unknown): boolean {
    const { sole, exits, fan } = this.#step;
    if (sole !== undefined) {
      return this.#holds(sole.condition, output) ? this.#take(sole, output) : this.#end(output);
    }
    if (exits.length === 0) return this.#end(output);
    if (fan !== undefined && this.#run.fork === undefined) return this.#spread(fan, output);
    const chosen = this.#chosen(exits, output);
    return chosen.length === 0 ? this.#end(output) : this.#leave(chosen, output);
  }

  #end(output: unknown): false {
    this.#run.end(this.#step, output);
    return false;
  }

  /** Takes these edges, one or more; true when the token has come to a node along the only one. */
  #leave(exits: readonly Exit[], output: unknown): boolean {
    const [only, ...others] = exits as readonly [Exit, ...Exit[]];
    if (others.length > 0 || only.delayMs > 0) this.#readClock(this.#run.context.trace);
    if (others.length === 0 && only.delayMs === 0) return this.#take(only, output);
    if (others.length === 0) void this.#takeLater(only, output);
    else this.#forkTo(exits, output);
    return false;
  }

  /** True when the edge has led to a node; false when into a join that still waits. */
  #take(exit: Exit, output: unknown): boolean {
    const value = exit.slot < 0 ? output : this.#run.arrive(exit, output);
    if (value === notYet) {
      this.#run.end(undefined, undefined);
      return false;
    }
    this.#step = exit.to;
    this.#value = value;
    return true;
  }

  /** Takes an edge after its delay, or, without one, from an empty call stack. */
  async #takeLater(exit: Exit, output: unknown): Promise<void> {
    const { context } = this.#run;
    try {
      await (exit.delayMs > 0 ? context.clock.sleep(exit.delayMs, context.signal) : undefined);
      const { trace } = context;
      if (exit.delayMs > 0 && trace !== undefined) {
        this.#since = context.clock.now();
        trace.resume(this.#since);
      }
      if (this.#take(exit, output)) this.#walk();
    } catch (error) {
      this.#run.fail(error);
    }
  }

  #takeNow(exit: Exit, output: unknown): void {
    try {
      if (this.#take(exit, output)) this.#walk();
    } catch (error) {
      this.#run.fail(error);
    }
  }

  /** Sends a token along each of these edges; this one has no part in it any more. */
  #forkTo(exits: readonly Exit[], output: unknown): void {
    const fork = this.#run.split(exits.length - 1);
    fork.nesting += 1;
    for (const exit of exits) {
      const token = new Token(this.#run, this.#since);
      if (exit.delayMs > 0 || fork.nesting >= maxNesting) void token.#takeLater(exit, output);
      else token.#takeNow(exit, output);
    }
    fork.nesting -= 1;
  }

  /** Runs a fan as one step, and goes on from its join. */
  #spread(fan: Fan, output: unknown): false {
    const { context } = this.#run;
    this.#readClock(context.trace);
    runFan(fan, output, { context, since: this.#since }).then(
      (gathered) => {
        this.#since = context.trace?.endedAt ?? 0;
        this.go(fan.join, gathered);
      },
      (error: unknown) => this.#run.fail(error),
    );
    return false;
  }
}
