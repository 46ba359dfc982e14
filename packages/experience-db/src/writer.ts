import type { ExperienceState } from "./experience-state.ts";
import type { StoreChange } from "./store-change.ts";
import type { Store } from "./store.ts";
import type { Undo } from "./table.ts";

/**
 * Makes changes: visible at once, so that the next one builds on them; promised only when the store has
 * them; taken back when it refuses.
 */
export class Writer {
  readonly #state: ExperienceState;
  readonly #store: Store;
  /** Of the changes that are not acknowledged, in their order. */
  readonly #undos = new Set<Undo>();

  constructor(state: ExperienceState, store: Store) {
    this.#state = state;
    this.#store = store;
  }

  async write(change: StoreChange): Promise<void> {
    const undo = this.#state.apply(change);
    this.#undos.add(undo);
    try {
      await this.#store.append(change);
    } catch (error) {
      this.#undoFrom(undo);
      throw error;
    }
    this.#undos.delete(undo);
  }

  /** Later changes stand on this one and fail with it, so they go first. */
  #undoFrom(first: Undo): void {
    if (!this.#undos.has(first)) return;
    for (const undo of [...this.#undos].reverse()) {
      this.#undos.delete(undo);
      undo();
      if (undo === first) return;
    }
  }
}
