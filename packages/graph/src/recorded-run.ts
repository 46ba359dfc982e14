import { jsonEqual } from "./json-equal.ts";
import type { Repetition } from "./mirror.ts";
import type { NodeOutput, ObservedRun } from "./observed-run.ts";
import { RecordedAnswers } from "./recorded-answers.ts";
import type { Act, ObservedNode, RunObserver } from "./run-observer.ts";
import type { RunError, RunRecord } from "./run-record.ts";
import { sameOutput } from "./same-output.ts";
import { isThenable, orderly } from "./thenable.ts";
import type { Way } from "./way.ts";

/** Who sees to recorded runs. */
export interface Recorder {
  /** A run has ended, and has been written down. */
  recorded(run: RecordedRun): void;
  /** It is the turn of a live run to be repeated. */
  repeat(live: RecordedRun): void;
  /** The way that a live run, or a repetition of `original`, is likely to go. */
  likelyWay(original: RecordedRun | undefined): Way;
}

/**
 * A run that writes down what every node gives, in the order of their ends. The objects people read are made when
 * asked for.
 *
 * One that repeats another does not touch the world: nodes with effects are answered from the recording of the
 * original, each execution with the next answer of the same node. A node with effects that the recording knows no
 * answer of fails with `effect_not_recorded`: it is never executed.
 */
export class RecordedRun implements RunObserver, ObservedRun, Repetition {
  // Fields, as a record has them: they show where a pair is logged or copied.
  /** To be read once the run has ended. */
  record!: RunRecord;
  output: unknown;
  error: RunError | undefined;
  readonly #recorder: Recorder;
  readonly #inputs: unknown;
  readonly #original: RecordedRun | undefined;
  #way: Way;
  readonly #given: unknown[];
  /** What was to be done in the world, by execution. */
  #acts: Map<number, Act> | undefined;
  #answers: RecordedAnswers | undefined;

  /**
   * @param inputs - What it starts with, in a copy that its repetition may have.
   * @param original - The run that this one repeats, if it repeats one.
   */
  constructor(recorder: Recorder, inputs: unknown, original: RecordedRun | undefined) {
    this.output = undefined;
    this.error = undefined;
    this.#recorder = recorder;
    this.#inputs = inputs;
    this.#original = original;
    this.#way = recorder.likelyWay(original);
    this.#given = [];
  }

  get inputs(): unknown {
    return this.#inputs;
  }

  get original(): RecordedRun | undefined {
    return this.#original;
  }

  get way(): Way {
    return this.#way;
  }

  get outputs(): readonly NodeOutput[] {
    return this.#given.map((output, at) => {
      const { id: nodeId, effects } = this.#way.at(at);
      const act = this.#acts?.get(at);
      return { nodeId, effects, output, ...(act !== undefined && { inputs: act.inputs }) };
    });
  }

  note(node: ObservedNode, output: unknown): void {
    const at = this.#given.length;
    if (!this.#way.leads(at, node)) this.#way = this.#way.turned(at, node);
    this.#given.push(output);
  }

  perform(act: Act, work: () => unknown): unknown {
    const result = this.#original === undefined ? work() : this.#answer(this.#original, act);
    if (!isThenable(result)) return this.#noteAct(act, result);
    return orderly(result).then((output) => this.#noteAct(act, output));
  }

  #noteAct(act: Act, output: unknown): unknown {
    this.#acts ??= new Map();
    this.#acts.set(this.#given.length, act);
    this.note(act.node, output);
    return output;
  }

  #answer(original: RecordedRun, { node }: Act): unknown {
    this.#answers ??= new RecordedAnswers(original.outputs);
    return this.#answers.next(node.id);
  }

  landed(record: RunRecord, output: unknown): void {
    this.record = record;
    this.output = output;
    this.error = record.error;
    this.#recorder.recorded(this);
  }

  start(): void {
    this.#recorder.repeat(this);
  }

  /** Whether the same nodes gave the same in the same order, to the letter; acts are told by what was to be done. */
  equals(other: RecordedRun): boolean {
    const given = this.#given;
    const theirs = other.#given;
    const { length } = given;
    if (theirs.length !== length || !this.#way.isSame(other.#way, length)) return false;
    if (this.#acts !== undefined || other.#acts !== undefined) return this.#actsLike(other);
    for (let at = 0; at < length; at += 1) if (!sameOutput(given[at], theirs[at])) return false;
    return this.#givesLike(other);
  }

  /** The same for runs along the same nodes, some of which act on the world. */
  #actsLike(other: RecordedRun): boolean {
    const isSame = (output: unknown, at: number): boolean => {
      const act = this.#acts?.get(at);
      const theirs = other.#acts?.get(at);
      if (act === undefined && theirs === undefined) return sameOutput(output, other.#given[at]);
      return act !== undefined && theirs !== undefined && jsonEqual(act.inputs, theirs.inputs);
    };
    return this.#given.every(isSame) && this.#givesLike(other);
  }

  /** What a run gives is most often what its last node gave, which has been compared. */
  #givesLike(other: RecordedRun): boolean {
    const last = this.#given.length - 1;
    const isLast = this.output === this.#given[last] && other.output === other.#given[last];
    return isLast || jsonEqual(this.output, other.output);
  }

  toJSON(): ObservedRun {
    const { record, output, error, outputs } = this;
    return { record, ...(error === undefined ? { output } : { error }), outputs };
  }
}
