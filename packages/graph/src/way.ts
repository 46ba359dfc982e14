import type { ObservedNode } from "./run-observer.ts";

/**
 * The nodes of a recorded run in the order of their ends: the first so many of a list. Runs share the list as long
 * as they agree, and nearly all do, so that writing the way down is most often a look whether it is the known one.
 */
export class Way {
  readonly #nodes: ObservedNode[];
  /** A way of another version that has been found to be this one, and how far. */
  #twin: Way | undefined = undefined;
  #twinLength = 0;

  constructor(nodes: ObservedNode[] = []) {
    this.#nodes = nodes;
  }

  at(place: number): ObservedNode {
    return this.#nodes[place] as ObservedNode;
  }

  /** Whether the node is the one at this place. */
  leads(place: number, node: ObservedNode): boolean {
    return this.#nodes[place] === node;
  }

  /** The way of a run that has come so far on this one and now goes to `node`: this one, made longer, or another. */
  turned(place: number, node: ObservedNode): Way {
    if (place < this.#nodes.length) return new Way([...this.#nodes.slice(0, place), node]);
    this.#nodes.push(node);
    return this;
  }

  /** Whether both lead along nodes of the same ids, the first `length` of them. */
  isSame(other: Way, length: number): boolean {
    if (this.#twin === other && this.#twinLength === length) return true;
    for (let place = 0; place < length; place += 1) {
      if (this.#nodes[place]?.id !== other.#nodes[place]?.id) return false;
    }
    this.#twin = other;
    this.#twinLength = length;
    return true;
  }
}
