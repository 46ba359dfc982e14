import type { ObservedNode } from "./run-observer.ts";
import { endedWell, indexOf } from "./trace.ts";

/**
 * The nodes that gave what a recorded run lists as their outputs: those of its path that ended well and do not act on
 * the world. Runs that took the same path share it.
 */
export class Way {
  readonly nodes: readonly ObservedNode[];
  readonly #path: readonly number[];
  readonly #among: readonly ObservedNode[];
  /** A way of another version that has been found to be the same. */
  #twin: Way | undefined = undefined;

  /** @param path - A code each, as in a trace. @param nodes - The nodes of the graph by their index. */
  constructor(path: readonly number[], nodes: readonly ObservedNode[]) {
    this.#path = path;
    this.#among = nodes;
    this.nodes = path
      .filter(endedWell)
      .flatMap((code) => nodes[indexOf(code)] ?? [])
      .filter(({ effects }) => !effects);
  }

  /** Whether it is that of this very list of codes. */
  isOf(path: readonly number[], nodes: readonly ObservedNode[]): boolean {
    return this.#path === path && this.#among === nodes;
  }

  /** Whether both lead along nodes of the same ids. */
  isSame(other: Way): boolean {
    if (this.#twin === other) return true;
    if (this.nodes.length !== other.nodes.length) return false;
    if (this.nodes.some(({ id }, at) => id !== other.nodes[at]?.id)) return false;
    this.#twin = other;
    return true;
  }
}
