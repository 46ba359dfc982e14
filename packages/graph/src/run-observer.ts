import type { Work } from "./node.ts";
import type { LiveRunRecord } from "./live-run-record.ts";

/** A node, as far as an observer is told of it. */
export interface ObservedNode {
  readonly id: string;
  /** True where it acts on the world. */
  readonly effects: boolean;
}

/** Sees what the nodes of a run give, stands between the run and the world, and is told of the end. */
export interface RunObserver {
  /** A node that does not act on the world has given this. @param isTraced - Whether the run's path tells of it, too. */
  note(node: ObservedNode, output: unknown, isTraced: boolean): void;
  /** A node is about to act on the world by `work`; what it gets is what this gives. */
  perform(act: Act, work: () => unknown): unknown;
  /**
   * The run has ended, and its caller has been told. Its record is the observer's to announce.
   *
   * @param output - What it gave; undefined where it failed.
   * @param nodes - Those of its graph, by their index in the record's path.
   */
  landed(record: LiveRunRecord, output: unknown, nodes: readonly ObservedNode[]): void;
}

/** What a node is to do in the world. */
export interface Act {
  readonly node: ObservedNode;
  readonly inputs: unknown;
}

/** The work of a node that acts on the world: the run's observer, where there is one, stands in between. */
export function observed(nodeId: string, work: Work): Work {
  const node = { id: nodeId, effects: true };
  return {
    process(inputs, context) {
      const { observer } = context;
      if (observer === undefined) return work.process(inputs, context);
      return observer.perform({ node, inputs }, () => work.process(inputs, context));
    },
  };
}
