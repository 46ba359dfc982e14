import type { RunError, RunRecord } from "./run-record.ts";

/** What one node gave in an observed run. */
export interface NodeOutput {
  readonly nodeId: string;
  /** True where the node acts on the world. */
  readonly effects: boolean;
  readonly output: unknown;
  /** What it was to do in the world; there for nodes that act on it. */
  readonly inputs?: unknown;
}

/** One side of a pair: how the run went, what it gave, and what each of its nodes gave. */
export interface ObservedRun {
  readonly record: RunRecord;
  /** What the run gave; undefined where it failed. */
  readonly output?: unknown;
  readonly error?: RunError | undefined;
  readonly outputs: readonly NodeOutput[];
}
