import type { ExperienceState } from "./experience-state.ts";
import type { StoreChange } from "./store-change.ts";

/**
 * Where changes are kept.
 *
 * `load` is called once, first. `append` resolves when the change will survive; calls may overlap, and are
 * acknowledged in their order. When one fails, all that were not acknowledged yet fail with it. `close`
 * waits for what is under way.
 */
export interface Store {
  /** The fold of all changes kept so far; the caller goes on to apply changes to it before each `append`. */
  load(): Promise<ExperienceState>;
  append(change: StoreChange): Promise<void>;
  close(): Promise<void>;
}
