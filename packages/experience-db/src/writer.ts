import type { ExperienceState } from "./experience-state.ts";
import type { StoreChange } from "./store-change.ts";
import type { Store } from "./store.ts";
import type { Undo } from "./table.ts";

interface Waiting {
  readonly change: StoreChange;
  readonly undo: Undo;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes changes: visible at once, so that the next one builds on them; promised only when the store has
 * them; taken back when it refuses.
 *
 * Those who come while the store is busy share its next turn, so that 64 writers wait for two flushes and
 * not for 64. When a turn fails, all who wait fail with it: they were made in the belief that it would hold.
 */
export class Writer {
  readonly #state: ExperienceState;
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(state: ExperienceState, store: Store) {
    this.#state = state;
    this.#store = store;
  }

  async write(change: StoreChange): Promise<void> {
    const undo = this.#state.apply(change);
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ change, undo, resolve, reject });
    });
    this.#running ??= this.#run();
    await written;
  }

  /** Resolves when nothing waits any more, however it went. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const turn = this.#waiting;
      this.#waiting = [];
      try {
        await this.#store.append(turn.map(({ change }) => change));
        for (const { resolve } of turn) resolve();
      } catch (error) {
        const failed = [...turn, ...this.#waiting];
        this.#waiting = [];
        for (const { undo } of failed.toReversed()) undo();
        for (const { reject } of failed) reject(error);
      }
    }
    this.#running = undefined;
  }
}
