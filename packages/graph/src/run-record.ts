/** Which side of a traffic plan a run was on. Under the plan `all` every run is `stable`. */
export type Arm = "stable" | "candidate" | "mirror";

/** Why a run failed, as data. */
export interface RunError {
  /** The error's class name (`TypeError`) or the `SparkError` code (`node_timeout`). */
  readonly type: string;
  readonly message: string;
  /** The node that failed, where it was a node. */
  readonly nodeId?: string;
  /** Which attempt of the node it was, from 1. */
  readonly attempt?: number;
}

/** One execution of one node within a run. */
export interface NodeRun {
  readonly nodeId: string;
  /**
   * Milliseconds between the node's start and its end, all attempts and pauses between them included.
   *
   * Exact to 0.01 ms: nodes that have been quicker than that, one after the other, share their time evenly. When
   * one of them turns slow, the first such run shares its time as well; from the next one on it has its own.
   */
  readonly durationMs: number;
  /** How often it was tried; 1 where the first attempt ended it. */
  readonly attempts: number;
  readonly ok: boolean;
}

/** What a live graph says of one run, once, when the run has ended. */
export interface RunRecord {
  readonly runId: string;
  /** Position in the order of starts, from 0, without gaps over all runs of one live graph. */
  readonly sequence: number;
  readonly graphId: string;
  readonly versionId: string;
  readonly arm: Arm;
  /** The revision of the traffic plan that routed the run. */
  readonly planRevision: number;
  /** The candidate's share of the traffic when the run was routed; 0 under the plan `all`. */
  readonly candidateShare: number;
  /** The routing key the run came with. */
  readonly key?: string | undefined;
  /** True where the version was asked for instead of drawn: such a run says nothing about a share. */
  readonly overridden?: boolean | undefined;
  readonly ok: boolean;
  readonly error?: RunError | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Every node execution, in the order of their ends; empty where nobody watched the runs when this one began. */
  readonly nodes: readonly NodeRun[];
  /** Sums of what the nodes reported; absent where none did. */
  readonly cost?: number | undefined;
  readonly tokens?: number | undefined;
  /** Mean of the reported qualities, 0 to 1. */
  readonly quality?: number | undefined;
  /** The last reported value of each named score. */
  readonly scores?: Readonly<Record<string, number>> | undefined;
}
