import type { Launch } from "./flight-deck.ts";
import type { Mirror } from "./mirror.ts";
import { RecordedPair } from "./mirrored-pair.ts";
import { type Recorder, RecordedRun } from "./recorded-run.ts";
import type { Target } from "./router.ts";
import type { ObservedNode } from "./run-observer.ts";
import type { RunRecord } from "./run-record.ts";
import { Way } from "./way.ts";

/** What runs that are to be repeated need of their live graph. */
export interface MirrorHome<In, Out> {
  /** Whether the plan still sends repetitions there. */
  isInForce(target: Target<In, Out>): boolean;
  launch(target: Target<In, Out>, inputs: In, launch: Launch): void;
  /** Gives out the record of a live run. */
  announce(record: RunRecord): void;
}

/** Where live runs wait to be repeated, and are told that it is their turn. */
type MirrorQueue = Pick<Mirror, "add" | "ended" | "skipped">;

/**
 * The way from a live run to its pair, for all runs that are repeated on one version: once it has ended it waits in
 * the mirror, and is repeated in its turn.
 */
export class MirrorLane<In, Out> implements Recorder {
  readonly #target: Target<In, Out>;
  readonly #home: MirrorHome<In, Out>;
  readonly #mirror: MirrorQueue;
  /** The ways that the last live run and the last repetition went, which the next ones are likely to go, too. */
  #way = new Way([], []);
  #repeatedWay = new Way([], []);

  constructor(target: Target<In, Out>, home: MirrorHome<In, Out>, mirror: MirrorQueue) {
    this.#target = target;
    this.#home = home;
    this.#mirror = mirror;
  }

  /** An observer for a live run. @param inputs - A copy: the live run may change its own. */
  record(inputs: In): RecordedRun {
    return new RecordedRun(this, inputs, undefined);
  }

  wayOf({ original }: RecordedRun, path: readonly number[], nodes: readonly ObservedNode[]): Way {
    const last = original === undefined ? this.#way : this.#repeatedWay;
    if (last.isOf(path, nodes)) return last;
    const way = new Way(path, nodes);
    if (original === undefined) this.#way = way;
    else this.#repeatedWay = way;
    return way;
  }

  recorded(run: RecordedRun): void {
    const live = run.original;
    if (live === undefined) {
      this.#home.announce(run.record);
      this.#mirror.add(run);
    } else this.#mirror.ended(new RecordedPair(live, run));
  }

  repeat(live: RecordedRun, startsAt: number | undefined): void {
    // The plan may have moved on while the run waited for its turn.
    if (!this.#home.isInForce(this.#target)) return this.#mirror.skipped();
    const inputs = live.inputs as In;
    const observer = new RecordedRun(this, inputs, live);
    this.#home.launch(this.#target, inputs, { key: live.record.key, startsAt, observer });
  }
}
