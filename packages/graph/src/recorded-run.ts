import { type Aside, sameAsides, withAsides } from "./asides.ts";
import { freshList } from "./fresh-list.ts";
import { jsonEqual } from "./json-equal.ts";
import type { LiveRunRecord } from "./live-run-record.ts";
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
  /** The way of a run that has ended along this path. */
  wayOf(run: RecordedRun, path: readonly number[], nodes: readonly ObservedNode[]): Way;
  /** A run has ended, and has been written down. */
  recorded(run: RecordedRun): void;
  /** It is the turn of a live run to be repeated, at this time, where it is known. */
  repeat(live: RecordedRun, startsAt: number | undefined): void;
}

/**
 * A run that writes down what every node gives, in the order of their ends; which node it was, the run's path tells
 * afterwards. The objects people read are made when asked for.
 *
 * One that repeats another does not touch the world: nodes with effects are answered from the recording of the
 * original, each execution with the next answer of the same node. A node with effects that the recording knows no
 * answer of fails with `effect_not_recorded`: it is never executed.
 */
export class RecordedRun implements RunObserver, ObservedRun, Repetition {
  // Fields, as a record has them: they show where a pair is logged or copied. To be read once the run has ended.
  record!: RunRecord;
  output: unknown;
  error: RunError | undefined;
  readonly #recorder: Recorder;
  readonly #inputs: unknown;
  readonly #original: RecordedRun | undefined;
  readonly #given: unknown[];
  #asides: Aside[] | undefined;
  #answers: RecordedAnswers | undefined;
  /** There once the run has ended. */
  #way: Way | undefined;

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
    this.#given = freshList();
  }

  get inputs(): unknown {
    return this.#inputs;
  }

  get original(): RecordedRun | undefined {
    return this.#original;
  }

  get outputs(): readonly NodeOutput[] {
    const nodes = this.#way?.nodes ?? [];
    const given = nodes.map(({ id }, at) => ({ nodeId: id, effects: false, output: this.#given[at] }));
    return withAsides(given, this.#asides ?? []);
  }

  note(node: ObservedNode, output: unknown, isTraced: boolean): void {
    if (isTraced) this.#given.push(output);
    else this.#noteWithin(node, output);
  }

  /** A node of a run within a node. */
  #noteWithin({ id }: ObservedNode, output: unknown): void {
    this.#noteAside({ nodeId: id, effects: false, output });
  }

  /** What comes after the end belongs to no pair. */
  #noteAside(output: NodeOutput): void {
    if (this.#way === undefined) (this.#asides ??= []).push({ ...output, place: this.#given.length });
  }

  perform(act: Act, work: () => unknown): unknown {
    const result = this.#original === undefined ? work() : this.#answer(this.#original, act);
    if (!isThenable(result)) return this.#noteAct(act, result);
    return orderly(result).then((output) => this.#noteAct(act, output));
  }

  #noteAct({ node, inputs }: Act, output: unknown): unknown {
    this.#noteAside({ nodeId: node.id, effects: true, output, inputs });
    return output;
  }

  #answer(original: RecordedRun, { node }: Act): unknown {
    this.#answers ??= new RecordedAnswers(original.outputs);
    return this.#answers.next(node.id);
  }

  landed(record: LiveRunRecord, output: unknown, nodes: readonly ObservedNode[]): void {
    this.record = record;
    this.output = output;
    this.error = record.error;
    this.#way = this.#recorder.wayOf(this, record.path, nodes);
    this.#recorder.recorded(this);
  }

  start(startsAt: number | undefined): void {
    this.#recorder.repeat(this, startsAt);
  }

  /** Whether the same nodes gave the same in the same order, to the letter; acts are told by what was to be done. */
  equals(other: RecordedRun): boolean {
    if (this.#way === undefined || other.#way === undefined || !this.#way.isSame(other.#way)) return false;
    const given = this.#given;
    const theirs = other.#given;
    for (let at = 0; at < given.length; at += 1) if (!sameOutput(given[at], theirs[at])) return false;
    return this.#givesLike(other) && sameAsides(this.#asides ?? none, other.#asides ?? none);
  }

  /** What a run gives is most often what its last node gave, which has been compared. */
  #givesLike(other: RecordedRun): boolean {
    return (this.#givesLast() && other.#givesLast()) || jsonEqual(this.output, other.output);
  }

  #givesLast(): boolean {
    const { length } = this.#given;
    const aside = this.#asides?.at(-1);
    return this.output === (aside?.place === length ? aside.output : this.#given[length - 1]);
  }

  toJSON(): ObservedRun {
    const { record, output, error, outputs } = this;
    return { record, ...(error === undefined ? { output } : { error }), outputs };
  }
}

const none: readonly Aside[] = [];
