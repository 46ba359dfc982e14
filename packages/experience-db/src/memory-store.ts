import { ExperienceState } from "./experience-state.ts";
import type { Store } from "./store.ts";

/** Keeps nothing beyond the process: for tests and for trying out. */
export function memoryStore(): Store {
  return {
    load: async () => new ExperienceState(),
    append: async () => {},
    close: async () => {},
  };
}
