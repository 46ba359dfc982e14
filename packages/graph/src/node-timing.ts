/** A node that takes no longer than this is quick, in milliseconds. */
export const quickMs = 0.01;

/** Executions that are timed by themselves: of a node nobody knows yet, of one that may have, of one that has been slow. */
const first = 32;
const suspected = 16;
const slow = 1024;

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

  /** An execution was timed by itself. */
  timed(ms: number): void {
    if (ms > quickMs) this.left = slow;
    else if (this.left > 0) this.left -= 1;
  }

  /** Some quick nodes took long together, and this was one of them. */
  suspect(): void {
    if (this.left < suspected) this.left = suspected;
  }
}
