import type { NodeDefinition, NodeSpec } from "@spark/graph";
import type { NodeMetrics } from "@spark/rsi-model";
import type { HypothesisProposalInput, ProposalRequest } from "../hypothesis-model.ts";

/** One way to improve a graph: looks at a situation and proposes concrete changes. */
export interface HeuristicRule {
  readonly name: string;
  propose(situation: Situation): readonly HypothesisProposalInput[];
}

/** A node of the graph with all that is known of it. */
export interface NodeSituation {
  readonly spec: NodeSpec;
  readonly definition: NodeDefinition;
  readonly metrics: NodeMetrics | undefined;
  /** Share of all time spent in nodes that was spent in this one, 0 to 1. */
  readonly latencyShare: number;
  /** Mean seconds this node adds to a run. */
  readonly secondsPerRun: number;
  /** Share of its executions that failed, 0 to 1. */
  readonly errorRate: number;
  /** Whether the report finds it dear. */
  readonly isCostly: boolean;
  /** How much there is to gain here, 0 to 1: the larger of the two above, an error counting tenfold. */
  readonly pain: number;
}

/** What the rules look at. */
export interface Situation extends ProposalRequest {
  /** The nodes whose type is registered, the most painful first. */
  readonly nodes: readonly NodeSituation[];
}

/** Gathers what is known of each node. */
export function readSituation(request: ProposalRequest): Situation {
  const { report, baseline, registry } = request;
  const timeOf = (metrics: NodeMetrics | undefined): number =>
    metrics === undefined ? 0 : metrics.avgDuration * metrics.executions;
  const total = Object.values(report.nodeMetrics).reduce((sum, metrics) => sum + timeOf(metrics), 0);
  const runs = report.summary?.totalExecutions ?? 0;
  const nodes = baseline.spec.nodes.flatMap((spec): readonly NodeSituation[] => {
    const definition = registry.definition(spec.type);
    if (definition === undefined) return [];
    const metrics = report.nodeMetrics[spec.id];
    const time = timeOf(metrics);
    const latencyShare = total === 0 ? 0 : time / total;
    const errorRate = metrics?.errorRate ?? 0;
    return [
      {
        spec,
        definition,
        metrics,
        latencyShare,
        secondsPerRun: runs === 0 ? 0 : time / runs,
        errorRate,
        isCostly: report.bottlenecks.some(({ nodeId, issue }) => nodeId === spec.id && issue === "high_cost"),
        pain: Math.min(1, Math.max(latencyShare, errorRate * 10)),
      },
    ];
  });
  return { ...request, nodes: nodes.sort((a, b) => b.pain - a.pain) };
}

/** Pain below this is not worth a structural change. */
export const painThreshold = 0.1;
