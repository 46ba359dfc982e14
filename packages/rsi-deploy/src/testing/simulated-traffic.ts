import { type GraphVersion, graphVersion, LiveGraph, type Random, type Runnable } from "@spark/graph";
import { sequentialIds } from "@spark/graph/testing";
import { type Conduct, fateOf } from "./conduct.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** How simulated runs come with keys. */
export interface KeyShape {
  /** So many runs after each other come with one key. @default 1 */
  readonly runsPerKey?: number;
  /** How many keys there are; after the last the first one comes again. Without end where it is left out. */
  readonly population?: number;
  /** Runs of one key fail together, always; else each draws its own lot. @default false */
  readonly failTogether?: boolean;
}

/** The traffic of a simulated graph: one run every 1 / `runsPerSecond` seconds. */
export interface TrafficShape {
  readonly runsPerSecond: number;
  /** Runs have no keys where it is left out. */
  readonly keys?: KeyShape;
  /** @default 60 */
  readonly runTimeoutSeconds?: number;
}

const spec = {
  id: "simulated",
  start: "work",
  nodes: [{ id: "work", type: "Work", config: { revision: 0 } }],
};

interface Request {
  readonly luck: number;
}

/** A real live graph whose versions are simulated, with traffic on a virtual clock. */
export class SimulatedTraffic {
  readonly clock = new VirtualClock();
  readonly baseline: GraphVersion = graphVersion(spec);
  readonly live: LiveGraph<Request, void>;
  readonly #shape: TrafficShape;
  readonly #random: Random;
  readonly #conducts: { readonly baseline: Conduct; readonly candidate: Conduct };
  #beganAt: number;
  #started = 0;
  readonly #lucks = new Map<number, number>();
  #isTraffic = false;

  constructor(
    shape: TrafficShape,
    conducts: { readonly baseline: Conduct; readonly candidate: Conduct },
    random: Random,
  ) {
    this.#shape = shape;
    this.#conducts = conducts;
    this.#random = random;
    this.#beganAt = this.clock.now();
    this.live = new LiveGraph<Request, void>({
      version: this.baseline,
      build: ({ versionId }) =>
        this.#runnable(versionId === this.baseline.versionId ? "baseline" : "candidate"),
      clock: this.clock,
      ids: sequentialIds(),
      random,
      ...(shape.runTimeoutSeconds === undefined ? {} : { runTimeoutSeconds: shape.runTimeoutSeconds }),
    });
    this.#scheduleNext();
  }

  /** Lets `seconds` go by before the deployment begins. */
  async warmUp(seconds: number): Promise<void> {
    const until = this.clock.now() + seconds * 1000;
    this.#beganAt = until;
    await this.runUntil(() => this.clock.now() >= until);
  }

  /** Goes on until `done` says so. Whatever is not traffic is carried through to its end at each instant. */
  async runUntil(done: () => boolean): Promise<void> {
    await this.clock.settle();
    while (!done()) {
      const { revision } = this.live;
      this.#isTraffic = false;
      this.clock.step();
      // A run that ends wakes just the live graph; a check, or a run that trips a guard, wakes the controller.
      if (this.#isTraffic) await landed;
      if (!this.#isTraffic || this.live.revision !== revision) await this.clock.settle();
    }
  }

  #scheduleNext(): void {
    this.#at(1000 / this.#shape.runsPerSecond, () => {
      this.#scheduleNext();
      this.#begin();
    });
  }

  #at(ms: number, callback: () => void): void {
    this.clock.schedule(ms, () => {
      this.#isTraffic = true;
      callback();
    });
  }

  #begin(): void {
    const { keys } = this.#shape;
    const at = this.#started++;
    if (keys === undefined) {
      this.live.run({ luck: this.#random() }).catch(ignore);
      return;
    }
    const { runsPerKey = 1, population = Number.POSITIVE_INFINITY, failTogether = false } = keys;
    const name = Math.floor(at / runsPerKey) % population;
    const luck = failTogether ? this.#luckOf(name, population) : this.#random();
    this.live.run({ luck }, { key: `key-${name}` }).catch(ignore);
  }

  /** What all runs of a key share. Of keys without end only the current one is remembered. */
  #luckOf(name: number, population: number): number {
    const luck = this.#lucks.get(name) ?? this.#random();
    if (population === Number.POSITIVE_INFINITY) this.#lucks.clear();
    this.#lucks.set(name, luck);
    return luck;
  }

  #runnable(side: "baseline" | "candidate"): Runnable<Request, void> {
    const conduct = this.#conducts[side];
    return {
      run: ({ luck }) => {
        const seconds = (this.clock.now() - this.#beganAt) / 1000;
        const fate = fateOf(conduct, { seconds, luck }, this.#random);
        return new Promise<void>((resolve, reject) =>
          this.#at(fate.seconds * 1000, () => (fate.ok ? resolve() : reject(failure))),
        );
      },
    };
  }
}

/** One for all: what a simulated run fails with says nothing, and a stack for each would cost most of the time. */
const failure = new Error("failed as simulated");

/** Awaiting it lets one step of what was woken run: the live graph takes note that a run has ended. */
const landed = Promise.resolve();

function ignore(): void {}
