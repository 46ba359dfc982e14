import type { ExperienceState } from "./experience-state.ts";
import type { StoreChange } from "./store-change.ts";

/**
 * Where changes are kept. `load` comes first, `close` last, and of `append` one at a time. What is kept has one user
 * at a time: a `load` while another has it open is refused, or whoever had it is gone.
 */
export interface Store {
  /** The fold of all changes that are kept. The caller applies each further change to it, then appends it. */
  load(): Promise<ExperienceState>;
  /** Resolves when all of the changes will survive; rejects when none of them can be relied on. */
  append(changes: readonly StoreChange[]): Promise<void>;
  close(): Promise<void>;
}
