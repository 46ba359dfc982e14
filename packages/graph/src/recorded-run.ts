import { jsonEqual } from "./json-equal.ts";
import type { Act, RunObserver } from "./run-observer.ts";
import type { RunError, RunRecord } from "./run-record.ts";
import { isThenable, orderly } from "./thenable.ts";

/** What one node gave in an observed run. */
export interface NodeOutput {
  readonly nodeId: string;
  /** True where the node acts on the world. */
  readonly effects: boolean;
  readonly output: unknown;
  /** What it was to do in the world; there for nodes that act on it. */
  readonly inputs?: unknown;
}

/** One side of a pair: how the run went, what it gave, and what each of its nodes gave. */
export interface ObservedRun {
  readonly record: RunRecord;
  /** What the run gave; undefined where it failed. */
  readonly output?: unknown;
  readonly error?: RunError | undefined;
  readonly outputs: readonly NodeOutput[];
}

/** A run that writes down what every node gives, in the order of their ends. The objects people read are made when asked for. */
export class RecordedRun implements RunObserver, ObservedRun {
  /** By execution: the node, or, where it acts on the world, what it was to do there. */
  readonly #executions: (string | Act)[] = [];
  readonly #given: unknown[] = [];
  // Fields, as a record has them: they show where a pair is logged or copied.
  /** To be read once the run has ended. */
  record!: RunRecord;
  output: unknown = undefined;
  error: RunError | undefined = undefined;

  get outputs(): readonly NodeOutput[] {
    return this.#executions.map((execution, at) => {
      const output = this.#given[at];
      return typeof execution === "string"
        ? { nodeId: execution, effects: false, output }
        : { nodeId: execution.nodeId, effects: true, output, inputs: execution.inputs };
    });
  }

  note(nodeId: string, output: unknown): void {
    this.#executions.push(nodeId);
    this.#given.push(output);
  }

  perform(act: Act, work: () => unknown): unknown {
    const result = work();
    if (!isThenable(result)) return this.#noteAct(act, result);
    return orderly(result).then((output) => this.#noteAct(act, output));
  }

  #noteAct(act: Act, output: unknown): unknown {
    this.#executions.push(act);
    this.#given.push(output);
    return output;
  }

  landed(record: RunRecord, output: unknown): void {
    this.record = record;
    this.output = output;
    this.error = record.error;
  }

  /** Whether the same nodes gave the same in the same order, to the letter; acts are told by what was to be done. */
  equals(other: RecordedRun): boolean {
    const { length } = this.#given;
    if (other.#given.length !== length) return false;
    for (let at = 0; at < length; at += 1) {
      const execution = this.#executions[at] as string | Act;
      const theirs = other.#executions[at] as string | Act;
      if (typeof execution !== "string") {
        if (!isSameAct(execution, theirs)) return false;
      } else if (execution !== theirs || !jsonEqual(this.#given[at], other.#given[at])) return false;
    }
    // What the run gave is most often what its last node gave, which has been compared.
    const isLast = this.output === this.#given[length - 1] && other.output === other.#given[length - 1];
    return isLast || jsonEqual(this.output, other.output);
  }

  toJSON(): ObservedRun {
    const { record, output, error, outputs } = this;
    return { record, ...(error === undefined ? { output } : { error }), outputs };
  }
}

function isSameAct(act: Act, other: string | Act): boolean {
  return typeof other !== "string" && other.nodeId === act.nodeId && jsonEqual(other.inputs, act.inputs);
}
