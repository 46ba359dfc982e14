/** A node that takes no longer than this is quick, in milliseconds. */
export const quickMs = 0.01;

/** Executions that are timed by themselves: of a node nobody knows yet, of one that may have, of one that has been slow. */
const first = 32;
const suspected = 16;
const slow = 1024;

/** The nodes of one graph whose executions are timed by themselves at present. */
export interface CloseTimings {
  count: number;
}

/**
 * How closely the executions of one node are timed; shared by all runs of a version.
 *
 * Reading the clock costs as much as a quick node's whole work. So a node is timed by itself while it is new or has
 * lately been slow; quick nodes that follow one another share one reading, as long as they stay within
 * {@link quickMs} together. When they do not, each of them is timed by itself again.
 */
export class NodeTiming {
  /** Executions that are still timed by themselves; at 0 the node counts as quick. */
  left = first;
  readonly #all: CloseTimings;

  /** @param all - Where it is counted while it is timed by itself. */
  constructor(all: CloseTimings) {
    this.#all = all;
    all.count += 1;
  }

  /** An execution was timed by itself. */
  timed(ms: number): void {
    if (ms > quickMs) this.#set(slow);
    else if (this.left > 0) this.#set(this.left - 1);
  }

  /** Some quick nodes took long together, and this was one of them. */
  suspect(): void {
    if (this.left < suspected) this.#set(suspected);
  }

  #set(left: number): void {
    if (this.left === 0) this.#all.count += 1;
    if (left === 0) this.#all.count -= 1;
    this.left = left;
  }
}
