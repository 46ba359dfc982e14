import type { FlightOptions } from "./flight-deck.ts";
import type { Mirror, Repetition } from "./mirror.ts";
import { type ObservedRun, RecordedRun } from "./recorded-run.ts";
import type { Target } from "./router.ts";
import type { Act } from "./run-observer.ts";
import type { RunRecord } from "./run-record.ts";
import { SparkError } from "./spark-error.ts";

/** A live run and its repetition on another version, with the same input. */
export interface MirroredPair {
  readonly live: ObservedRun;
  readonly mirrored: ObservedRun;
}

/**
 * Whether a repetition is one to the letter: the same nodes gave the same in the same order, which is what most
 * pairs show, and quick to see. False also for sides that no live graph has recorded.
 */
export function isRepetition({ live, mirrored }: MirroredPair): boolean {
  return live instanceof RecordedRun && mirrored instanceof RecordedRun && live.equals(mirrored);
}

/** What a run that is to be repeated needs of its live graph. */
export interface MirrorHome<In, Out> {
  /** Whether the plan still sends repetitions there. */
  isInForce(target: Target<In, Out>): boolean;
  launch(target: Target<In, Out>, inputs: In, options: FlightOptions): void;
  give(pair: MirroredPair): void;
}

/** A live run that is going to be repeated; once it has ended it waits in the mirror for its turn. */
export class LiveRecording<In, Out> extends RecordedRun implements Repetition {
  readonly #home: MirrorHome<In, Out>;
  readonly #mirror: Pick<Mirror, "add">;
  readonly #target: Target<In, Out>;
  readonly #inputs: In;
  readonly #key: string | undefined;
  #ended: ((tookMs: number) => void) | undefined;

  /** @param run.inputs - A copy: the live run may change its own. */
  constructor(
    home: MirrorHome<In, Out>,
    mirror: Pick<Mirror, "add">,
    run: { readonly target: Target<In, Out>; readonly inputs: In; readonly key: string | undefined },
  ) {
    super();
    this.#home = home;
    this.#mirror = mirror;
    this.#target = run.target;
    this.#inputs = run.inputs;
    this.#key = run.key;
  }

  override landed(record: RunRecord, output: unknown): void {
    super.landed(record, output);
    this.#mirror.add(this);
  }

  start(ended: (tookMs: number) => void): void {
    // The plan may have moved on while the run waited for its turn.
    if (!this.#home.isInForce(this.#target)) return ended(0);
    this.#ended = ended;
    this.#home.launch(this.#target, this.#inputs, { key: this.#key, observer: new Replay(this) });
  }

  repeated(mirrored: RecordedRun): void {
    this.#home.give({ live: this, mirrored });
    this.#ended?.(mirrored.record.durationMs);
  }

  /** What the world answered, by node, in the order of the answers. */
  answers(): Map<string, unknown[]> {
    const answers = new Map<string, unknown[]>();
    for (const { nodeId, effects, output } of this.outputs) {
      if (!effects) continue;
      const known = answers.get(nodeId);
      if (known === undefined) answers.set(nodeId, [output]);
      else known.push(output);
    }
    return answers;
  }
}

/**
 * Repeats a run without touching the world: nodes with effects are answered from the recording of the run
 * that is repeated, each execution with the next answer of the same node. A node with effects that the
 * recording knows no answer of fails with `effect_not_recorded`: it is never executed.
 */
class Replay extends RecordedRun {
  readonly #live: Pick<LiveRecording<unknown, unknown>, "answers" | "repeated">;
  #answers: Map<string, unknown[]> | undefined;

  constructor(live: Pick<LiveRecording<unknown, unknown>, "answers" | "repeated">) {
    super();
    this.#live = live;
  }

  override perform(act: Act): unknown {
    return super.perform(act, () => this.#answer(act.nodeId));
  }

  override landed(record: RunRecord, output: unknown): void {
    super.landed(record, output);
    this.#live.repeated(this);
  }

  #answer(nodeId: string): unknown {
    this.#answers ??= this.#live.answers();
    const answers = this.#answers.get(nodeId);
    if (answers === undefined || answers.length === 0) {
      throw new SparkError(
        "effect_not_recorded",
        `Node "${nodeId}" acts on the world, and the live run has no answer of it to give instead.`,
        { details: { nodeId } },
      );
    }
    return structuredClone(answers.shift());
  }
}
