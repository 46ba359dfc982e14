import type { FlightOptions } from "./flight-deck.ts";
import type { Mirror } from "./mirror.ts";
import type { MirroredPair } from "./mirrored-pair.ts";
import { type Recorder, RecordedRun } from "./recorded-run.ts";
import type { Target } from "./router.ts";
import { Way } from "./way.ts";

/** What runs that are to be repeated need of their live graph. */
export interface MirrorHome<In, Out> {
  /** Whether the plan still sends repetitions there. */
  isInForce(target: Target<In, Out>): boolean;
  launch(target: Target<In, Out>, inputs: In, options: FlightOptions): void;
  give(pair: MirroredPair): void;
}

/** Where live runs wait to be repeated, and are told that it is their turn. */
type MirrorQueue = Pick<Mirror, "add" | "ended">;

/**
 * The way from a live run to its pair, for all runs that are repeated on one version: once it has ended it waits in
 * the mirror, is repeated in its turn, and both are given out.
 */
export class MirrorLane<In, Out> implements Recorder {
  readonly #target: Target<In, Out>;
  readonly #home: MirrorHome<In, Out>;
  readonly #mirror: MirrorQueue;
  /** The ways such runs and their repetitions have gone lately, which the next ones are likely to go too. */
  #way = new Way();
  #repeatedWay = new Way();

  constructor(target: Target<In, Out>, home: MirrorHome<In, Out>, mirror: MirrorQueue) {
    this.#target = target;
    this.#home = home;
    this.#mirror = mirror;
  }

  /** An observer for a live run. @param inputs - A copy: the live run may change its own. */
  record(inputs: In): RecordedRun {
    return new RecordedRun(this, inputs, undefined);
  }

  recorded(run: RecordedRun): void {
    const live = run.original;
    if (live === undefined) {
      this.#way = run.way;
      this.#mirror.add(run);
    } else {
      this.#repeatedWay = run.way;
      this.#home.give({ live, mirrored: run });
      this.#mirror.ended(run.record.durationMs);
    }
  }

  likelyWay(original: RecordedRun | undefined): Way {
    return original === undefined ? this.#way : this.#repeatedWay;
  }

  repeat(live: RecordedRun): void {
    // The plan may have moved on while the run waited for its turn.
    if (!this.#home.isInForce(this.#target)) return this.#mirror.ended(0);
    const inputs = live.inputs as In;
    const observer = new RecordedRun(this, inputs, live);
    this.#home.launch(this.#target, inputs, { key: live.record.key, observer });
  }
}
