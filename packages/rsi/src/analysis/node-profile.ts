import type { GraphSpec, RunRecord } from "@spark/graph";
import type { NodeMetrics } from "@spark/rsi-model";
import { criticalPath, parentsIn } from "./critical-path.ts";
import { meanOf, quantileOf } from "./quantile.ts";

/** What the runs say of one node. Durations in seconds. */
export interface NodeProfile {
  readonly metrics: NodeMetrics;
  readonly p50Duration: number;
  /** Share of the time on the critical paths of all runs, 0 to 1. */
  readonly latencyShare: number;
  /** Mean attempts an execution. */
  readonly attempts: number;
  /** Runs that passed through the node, and what those and the others cost on average, where cost is known. */
  readonly runs: number;
  readonly meanCost?: { readonly passing: number; readonly others: number };
}

interface Tally {
  readonly durations: number[];
  failures: number;
  attempts: number;
  criticalMs: number;
  runs: number;
  readonly costs: number[];
}

/**
 * Every node that the runs passed through, by node id. With the spec, time that a parallel branch spent
 * waiting for a slower one does not count for `latencyShare`. Linear in node executions, but for sorting.
 */
export function profileNodes(
  records: readonly RunRecord[],
  spec?: GraphSpec,
): ReadonlyMap<string, NodeProfile> {
  const parents = spec && parentsIn(spec);
  const tallies = new Map<string, Tally>();
  const tallyOf = (id: string): Tally => {
    const known = tallies.get(id);
    if (known !== undefined) return known;
    const tally = { durations: [], failures: 0, attempts: 0, criticalMs: 0, runs: 0, costs: [] };
    tallies.set(id, tally);
    return tally;
  };
  let criticalMs = 0;
  for (const record of records) {
    const { nodes, cost } = record;
    for (const { nodeId, durationMs, attempts, ok } of nodes) {
      const tally = tallyOf(nodeId);
      tally.durations.push(durationMs / 1000);
      tally.attempts += attempts;
      if (!ok) tally.failures += 1;
    }
    for (const { nodeId, durationMs } of criticalPath(nodes, parents)) {
      tallyOf(nodeId).criticalMs += durationMs;
      criticalMs += durationMs;
    }
    for (const id of new Set(nodes.map(({ nodeId }) => nodeId))) {
      const tally = tallyOf(id);
      tally.runs += 1;
      if (cost !== undefined) tally.costs.push(cost);
    }
  }
  const costs = records.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const nodeNames = new Map(spec?.nodes.map(({ id, type }) => [id, type]));
  return new Map(
    [...tallies].map(([id, tally]) => [id, profileOf(id, tally, { criticalMs, costs, nodeNames })]),
  );
}

function profileOf(
  nodeId: string,
  tally: Tally,
  all: {
    readonly criticalMs: number;
    readonly costs: readonly number[];
    readonly nodeNames: ReadonlyMap<string, string>;
  },
): NodeProfile {
  const durations = tally.durations.sort((a, b) => a - b);
  const executions = durations.length;
  const meanCost = costContrast(tally.costs, all.costs);
  return {
    metrics: {
      nodeId,
      nodeName: all.nodeNames.get(nodeId) ?? nodeId,
      executions,
      successes: executions - tally.failures,
      failures: tally.failures,
      successRate: (executions - tally.failures) / executions,
      errorRate: tally.failures / executions,
      avgDuration: meanOf(durations),
      p95Duration: quantileOf(durations, 0.95),
    },
    p50Duration: quantileOf(durations, 0.5),
    latencyShare: all.criticalMs === 0 ? 0 : tally.criticalMs / all.criticalMs,
    attempts: tally.attempts / executions,
    runs: tally.runs,
    ...(meanCost === undefined ? {} : { meanCost }),
  };
}

/** A run's cost is known as a whole, so a node's part shows only where some runs do not pass through it. */
function costContrast(passing: readonly number[], all: readonly number[]): NodeProfile["meanCost"] {
  const others = all.length - passing.length;
  if (passing.length === 0 || others === 0) return undefined;
  const whole = meanOf(all) * all.length;
  const rest = whole - meanOf(passing) * passing.length;
  // Of sums of tenths a trace is left where nothing should be.
  const isTrace = Math.abs(rest) < 1e-9 * Math.abs(whole);
  return { passing: meanOf(passing), others: isTrace ? 0 : rest / others };
}
