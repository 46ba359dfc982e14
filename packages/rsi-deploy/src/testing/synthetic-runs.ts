import { bernoulli, lognormal } from "@spark/evidence/testing";
import type { NodeRun, Random, RunRecord } from "@spark/graph";

/** How a node of a synthetic graph behaves. */
export interface SyntheticNode {
  readonly id: string;
  /** Positions of the nodes it waits for, all before its own, and how often each leads here, 0 to 1. */
  readonly parents: readonly { readonly at: number; readonly taken: number }[];
  readonly medianMs: number;
  /** Deviation of the logarithm of its time. */
  readonly sigma: number;
  /** Of one attempt, 0 to 1. */
  readonly errorRate: number;
  readonly maxAttempts: number;
}

/** An acyclic graph in topological order; the first node starts. */
export type SyntheticGraph = readonly SyntheticNode[];

/**
 * A random graph: one or two parents a node, a fifth of the edges conditional; medians of 1 to 100 ms with
 * deviations of .3 to 1, up to 1 % errors an attempt, and a second attempt in a quarter of the nodes.
 */
export function syntheticGraph(random: Random, nodeCount: number): SyntheticGraph {
  return Array.from({ length: nodeCount }, (_, at) => ({
    id: `n${at}`,
    parents: Array.from({ length: at === 0 ? 0 : 1 + Math.floor(random() * Math.min(2, at)) }, () => ({
      at: at - 1 - Math.floor(random() * Math.min(4, at)),
      taken: bernoulli(random, 0.2) ? 0.5 + random() / 2 : 1,
    })),
    medianMs: 100 ** random(),
    sigma: 0.3 + 0.7 * random(),
    errorRate: 0.01 * random() ** 2,
    maxAttempts: bernoulli(random, 0.25) ? 2 : 1,
  }));
}

/** The same graph with one node that does worse: its time multiplied, its error rate raised. */
export function worsen(
  graph: SyntheticGraph,
  nodeId: string,
  { timeFactor = 1, errorIncrease = 0 }: { readonly timeFactor?: number; readonly errorIncrease?: number },
): SyntheticGraph {
  return graph.map((node) =>
    node.id === nodeId
      ? { ...node, medianMs: node.medianMs * timeFactor, errorRate: node.errorRate + errorIncrease }
      : node,
  );
}

/** How many runs, of what. */
export interface SyntheticRunsOptions {
  readonly random: Random;
  readonly runs: number;
  /** Marks versions and run ids. @default "v1" */
  readonly versionId?: string;
  /** The candidate's share of the traffic. @default 0 */
  readonly candidateShare?: number;
}

/**
 * Run records of a synthetic graph.
 *
 * All nodes of a run share its load, a log-normal factor on their times, so they are correlated. The first
 * node that fails for good ends the run and cuts off what runs beside it.
 */
export function syntheticRuns(graph: SyntheticGraph, options: SyntheticRunsOptions): readonly RunRecord[] {
  const { random, runs, versionId = "v1", candidateShare = 0 } = options;
  return Array.from({ length: runs }, (_, sequence) => {
    const executions = walk(graph, random);
    const culprit = executions.filter(({ ok }) => !ok).sort((a, b) => a.endMs - b.endMs)[0];
    const durationMs = culprit?.endMs ?? Math.max(...executions.map(({ endMs }) => endMs));
    return {
      runId: `${versionId}-${sequence}`,
      sequence,
      graphId: "synthetic",
      versionId,
      arm: "stable",
      planRevision: 0,
      candidateShare,
      ok: culprit === undefined,
      ...(culprit !== undefined && { error: { type: "Error", message: "failed", nodeId: culprit.nodeId } }),
      startedAt: 10 * sequence,
      durationMs,
      nodes: executions
        .filter(({ startMs }) => startMs < durationMs)
        .sort((a, b) => a.endMs - b.endMs)
        .map((execution) => nodeRun(execution, durationMs)),
    };
  });
}

interface Execution {
  readonly nodeId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attempts: number;
  readonly ok: boolean;
}

/** What would be executed if no failure ended the run for the others. */
function walk(graph: SyntheticGraph, random: Random): readonly Execution[] {
  const load = lognormal(random, { median: 1, sigma: 0.2 });
  const endMsAt: (number | undefined)[] = [];
  return graph.flatMap((node, at) => {
    const startMs = arrival(node, endMsAt, random);
    if (startMs === undefined) return [];
    let attempts = 0;
    let endMs = startMs;
    let ok = false;
    while (!ok && attempts < node.maxAttempts) {
      attempts += 1;
      endMs += load * lognormal(random, { median: node.medianMs, sigma: node.sigma });
      ok = !bernoulli(random, node.errorRate);
    }
    if (ok) endMsAt[at] = endMs;
    return { nodeId: node.id, startMs, endMs, attempts, ok };
  });
}

/** When the last of the edges taken arrives; undefined where none is. */
function arrival(
  { parents }: SyntheticNode,
  endMsAt: readonly (number | undefined)[],
  random: Random,
): number | undefined {
  if (parents.length === 0) return 0;
  let latest: number | undefined;
  for (const { at, taken } of parents) {
    const endMs = endMsAt[at];
    if (endMs !== undefined && bernoulli(random, taken)) latest = Math.max(latest ?? 0, endMs);
  }
  return latest;
}

function nodeRun({ nodeId, startMs, endMs, attempts, ok }: Execution, cutMs: number): NodeRun {
  const cut = endMs > cutMs;
  return { nodeId, durationMs: Math.min(endMs, cutMs) - startMs, attempts, ok: ok && !cut };
}
