import type { Exit, Step } from "./compiled-graph.ts";
import { nodeFailure } from "./node-failure.ts";
import { quickMs } from "./node-timing.ts";
import type { Outcome } from "./policies.ts";
import type { RunContext } from "./run-context.ts";
import { isThenable, orderly } from "./thenable.ts";
import { type Trace, traceCode } from "./trace.ts";

/**
 * A fork into single nodes that all meet again in one join. While the run has one token it is run as one step:
 * the branches start together, and what they give is the join's input.
 */
export interface Fan {
  /** The nodes between fork and join in the order they start, each with the join's slot for its output. */
  readonly branches: readonly { readonly step: Step; readonly slot: number }[];
  readonly join: Step;
  /** The names the join knows its slots by. */
  readonly names: readonly string[];
  /** What the join gets, with nothing in it yet: filling a copy in is quicker than building an object up. */
  readonly empty: Readonly<Record<string, unknown>>;
}

/**
 * The fan that a step opens, if it opens one: nothing but the fork leads to the branches, each of them goes on to
 * the join and nowhere else, and nothing else leads there. `parentsOf` counts the edges that lead to a node.
 */
export function fanOf(
  fork: Step,
  { start, parentsOf }: { readonly start: Step; readonly parentsOf: (step: Step) => number },
): Fan | undefined {
  const join = fork.exits[0]?.to.exits[0]?.to;
  const width = fork.exits.length;
  if (width < 2 || join?.join === undefined) return undefined;
  if (join.join.needed !== width || parentsOf(join) !== width) return undefined;
  const isPlain = ({ condition, delayMs }: Exit): boolean => condition === undefined && delayMs === 0;
  const isBranch = (step: Step): boolean =>
    step !== start &&
    step.join === undefined &&
    step.fallbacks.length === 0 &&
    step.exits.length === 1 &&
    step.exits.every((exit) => exit.to === join && isPlain(exit)) &&
    parentsOf(step) === 1;
  if (!fork.exits.every((exit) => isPlain(exit) && isBranch(exit.to))) return undefined;
  const names = join.join.slots;
  return {
    branches: fork.exits.map(({ to }) => ({ step: to, slot: to.exits[0]?.slot ?? 0 })),
    join,
    names,
    empty: Object.fromEntries(names.map((name) => [name, undefined])),
  };
}

/**
 * Runs the branches of a fan; resolves to what its join gets. The first branch that fails for good fails the run,
 * and the others are told to stop.
 */
export function runFan(
  fan: Fan,
  inputs: unknown,
  { context, since }: { readonly context: RunContext; readonly since: number },
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    new FanRun({ fan, context, since, resolve, reject }).start(inputs);
  });
}

interface FanRunParts {
  readonly fan: Fan;
  readonly context: RunContext;
  readonly since: number;
  readonly resolve: (inputs: Record<string, unknown>) => void;
  readonly reject: (reason: unknown) => void;
}

class FanRun {
  readonly #parts: FanRunParts;
  /** By slot: what a branch has given, or its promise as long as it is under way. */
  readonly #outputs: unknown[] = [];
  #left: number;
  /** Whether all branches are known to be quick, and share a reading of the clock. */
  readonly #isQuick: boolean;

  constructor(parts: FanRunParts) {
    this.#parts = parts;
    this.#left = parts.fan.names.length;
    const isTimed = parts.context.trace !== undefined;
    this.#isQuick = isTimed && parts.fan.branches.every(({ step }) => step.timing.left === 0);
  }

  start(inputs: unknown): void {
    const { context, fan } = this.#parts;
    // One function for all branches, since hardly any fails: which of them it was is found out afterwards.
    const onRejected = (cause: unknown): void => {
      void firstRejected(fan, this.#outputs, cause).then((step) => this.#fail(step, cause, 1));
    };
    for (const branch of fan.branches) {
      const { step } = branch;
      try {
        context.admit(step.id);
      } catch (error) {
        return this.#stop(error);
      }
      try {
        const output = step.work.process(inputs, context);
        if (isThenable(output)) {
          const promise = orderly(output);
          this.#outputs[branch.slot] = promise;
          promise.then((given) => this.#end(branch, given), onRejected);
        } else this.#end(branch, output);
      } catch (error) {
        return this.#fail(step, error, 1);
      }
    }
  }

  #end({ step, slot }: { readonly step: Step; readonly slot: number }, given: unknown): void {
    let output = given;
    let attempts = 1;
    if (step.attempted) {
      const outcome = given as Outcome;
      if (!outcome.ok) return this.#fail(step, outcome.error, outcome.attempts);
      ({ output, attempts } = outcome);
    }
    this.#note(step, attempts, true);
    const { observer, trace } = this.#parts.context;
    if (observer !== undefined && !step.effects) observer.note(step, output, trace !== undefined);
    this.#outputs[slot] = output;
    this.#left -= 1;
    if (this.#left === 0) this.#parts.resolve(filled(this.#parts.fan, this.#outputs));
  }

  #fail(step: Step, cause: unknown, attempt: number): void {
    this.#note(step, attempt, false);
    this.#stop(nodeFailure({ nodeId: step.id, attempt, cause }));
  }

  #stop(reason: unknown): void {
    const { context, reject } = this.#parts;
    reject(context.aborted ? context.reason : reason);
    context.abort(reason);
  }

  #note(step: Step, attempts: number, ok: boolean): void {
    const { trace } = this.#parts.context;
    if (trace === undefined) return;
    const code = traceCode(step.index, attempts, ok);
    if (!this.#isQuick) return this.#time(step, trace, code);
    trace.note(code, false);
    if (this.#left === 1 || !ok) this.#timeAll(trace);
  }

  #time(step: Step, trace: Trace, code: number): void {
    const { context, since } = this.#parts;
    const now = context.clock.now();
    trace.add(code, since, now);
    step.timing.timed(now - since);
  }

  #timeAll(trace: Trace): void {
    const { context, since, fan } = this.#parts;
    const now = context.clock.now();
    trace.readBeside(since, now);
    if (now - since > quickMs) for (const { step } of fan.branches) step.timing.suspect();
  }
}

function filled({ empty, names }: Fan, outputs: readonly unknown[]): Record<string, unknown> {
  const inputs = { ...empty };
  for (let slot = 0; slot < names.length; slot += 1) inputs[names[slot] as string] = outputs[slot];
  return inputs;
}

/** The first branch whose promise has been rejected with this cause: those that have been answer in their order. */
async function firstRejected(fan: Fan, outputs: readonly unknown[], cause: unknown): Promise<Step> {
  const rejected: Step[] = [];
  for (const { step, slot } of fan.branches) {
    const pending = outputs[slot];
    if (isThenable(pending)) {
      pending.then(undefined, (reason: unknown) => {
        if (reason === cause) rejected.push(step);
      });
    }
  }
  // By the next turn all of them have answered.
  await Promise.resolve();
  return rejected[0] as Step;
}
