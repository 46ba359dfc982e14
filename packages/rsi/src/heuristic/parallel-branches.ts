import type { EdgeSpec, NodeSpec } from "@spark/graph";
import { type JsonSchema, jsonSchemaOf } from "../contracts/json-schema.ts";
import { schemaMisfits } from "../contracts/schema-fit.ts";
import type { HypothesisProposalInput } from "../hypothesis-model.ts";
import { type HeuristicRule, painThreshold, type Situation } from "./situation.ts";

/**
 * Proposes to run the nodes of a sequence at the same time where their schemas prove that this is possible: each
 * takes what the node before the sequence gives, and the node after it takes their outputs by node id.
 *
 * Without schemas nothing is proved and nothing is proposed. What nodes tell each other through the state of a
 * run is in no schema; the proposal says so among its risks.
 */
export const parallelBranches: HeuristicRule = {
  name: "parallel-branches",
  propose: (situation) => situation.baseline.spec.nodes.flatMap((entry) => proposals(entry, situation)),
};

function proposals(entry: NodeSpec, situation: Situation): readonly HypothesisProposalInput[] {
  const given = schemaOf(entry, "output", situation);
  if (given === undefined) return [];
  const chain = independentChain(entry, given, situation);
  // From the longest part on: the exit decides which of them fit.
  for (let length = chain.length; length >= 2; length -= 1) {
    const members = chain.slice(0, length);
    if (exitTakes(members, situation)) return weigh(entry, members, situation);
  }
  return [];
}

/** The nodes that follow each other after the entry, as far as each could follow the entry itself. */
function independentChain(entry: NodeSpec, given: JsonSchema, situation: Situation): readonly NodeSpec[] {
  const chain: NodeSpec[] = [];
  for (let next = soleNext(entry, situation); next !== undefined; next = soleNext(next, situation)) {
    const wanted = schemaOf(next, "input", situation);
    const isFree =
      next.id !== entry.id &&
      next.id !== situation.baseline.spec.start &&
      !chain.includes(next) &&
      next.type !== "Join" &&
      wanted !== undefined &&
      schemaMisfits(given, wanted).length === 0;
    if (!isFree) break;
    chain.push(next);
  }
  return chain;
}

/** The one node that always follows, if it follows nothing else. */
function soleNext({ id }: NodeSpec, { baseline }: Situation): NodeSpec | undefined {
  const { nodes, edges } = baseline.spec;
  const [edge, ...others] = edges.filter(({ fromNode }) => fromNode === id);
  if (edge === undefined || others.length > 0 || !isPlain(edge)) return undefined;
  if (edges.filter(({ toNode }) => toNode === edge.toNode).length > 1) return undefined;
  return nodes.find((node) => node.id === edge.toNode);
}

function isPlain({ condition, onError, delaySeconds, eventTopic }: EdgeSpec): boolean {
  return (
    condition === undefined && onError !== true && delaySeconds === undefined && eventTopic === undefined
  );
}

/** Whether every node after the members takes their outputs as a join hands them over. */
function exitTakes(members: readonly NodeSpec[], situation: Situation): boolean {
  const { nodes, edges } = situation.baseline.spec;
  const exits = edges.filter(({ fromNode }) => fromNode === members.at(-1)?.id);
  if (exits.length === 0) return false;
  const given: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(
      members.map((node) => [node.id, schemaOf(node, "output", situation) ?? {}]),
    ),
    required: members.map(({ id }) => id),
    additionalProperties: false,
  };
  return exits.every((edge) => {
    const target = nodes.find(({ id }) => id === edge.toNode);
    const wanted = target && schemaOf(target, "input", situation);
    return isPlain(edge) && wanted !== undefined && schemaMisfits(given, wanted).length === 0;
  });
}

function weigh(
  entry: NodeSpec,
  members: readonly NodeSpec[],
  { report, nodes }: Situation,
): readonly HypothesisProposalInput[] {
  const seconds = members.map(({ id }) => report.nodeMetrics[id]?.avgDuration ?? 0);
  const saved = seconds.reduce((sum, each) => sum + each, 0) - Math.max(...seconds);
  const share = nodes
    .filter(({ spec }) => members.some(({ id }) => id === spec.id))
    .reduce((sum, { latencyShare }) => sum + latencyShare, 0);
  if (saved <= 0 || share < painThreshold) return [];
  const ids = members.map(({ id }) => id);
  return [
    {
      hypothesisType: "parallelization",
      targetNode: entry.id,
      rationale: `${ids.join(", ")} follow each other, but each needs only what ${entry.id} gives; together they take ${(share * 100).toFixed(0)} % of the time.`,
      expectedImprovement: { latencyDelta: -saved },
      changes: [
        {
          type: "parallelization",
          entryNode: entry.id,
          branches: ids.map((id) => [id]),
          mergeStrategy: "wait_all",
        },
      ],
      riskFactors: [
        "Nodes that work without waiting gain nothing in one process.",
        "What the nodes tell each other through the state of the run is not known.",
      ],
      evidence: { rule: parallelBranches.name, nodeType: entry.type },
      promise: 0.4 * (0.2 + 0.8 * share),
    },
  ];
}

function schemaOf(node: NodeSpec, io: "input" | "output", { registry }: Situation): JsonSchema | undefined {
  return jsonSchemaOf(registry.definition(node.type)?.[io], io);
}
