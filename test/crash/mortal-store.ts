import type { ExperienceState, Store, StoreChange } from "@spark/experience-db";
import type { OwnDeath } from "./child-message.ts";

/** A store that tells of each write once it is acknowledged, and kills its process at the one it is told. */
export class MortalStore implements Store {
  readonly #store: Store;
  readonly #told: (changes: readonly StoreChange[]) => void;
  readonly #dies: OwnDeath | undefined;
  #writes = 0;
  #armed = false;

  constructor(
    store: Store,
    options: { readonly told: (changes: readonly StoreChange[]) => void; readonly dies?: OwnDeath },
  ) {
    this.#store = store;
    this.#told = options.told;
    this.#dies = options.dies;
  }

  load(): Promise<ExperienceState> {
    return this.#store.load();
  }

  /** From here on writes are counted. */
  arm(): void {
    this.#armed = true;
  }

  async append(changes: readonly StoreChange[]): Promise<void> {
    if (this.#armed) this.#writes += 1;
    const last = this.#armed && this.#writes === this.#dies?.write;
    if (last && this.#dies?.when === "before") die();
    await this.#store.append(changes);
    this.#told(changes);
    if (last) die();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** As `kill -9` does: nothing is flushed, closed or caught. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}
