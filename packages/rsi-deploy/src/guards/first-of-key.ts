import type { RunRecord } from "@spark/graph";

/**
 * Lets one run of each key through in a check: what is routed together counts once. Runs without a key are
 * each their own.
 *
 * To be asked in the order of starts. In the order of ends the first one would be the fastest, and where
 * failures are fast that is a failure.
 */
export class FirstOfKey {
  readonly #seen = new Set<string>();

  accepts({ key }: RunRecord): boolean {
    if (key === undefined) return true;
    const { size } = this.#seen;
    return this.#seen.add(key).size > size;
  }

  clear(): void {
    this.#seen.clear();
  }
}
