import { type JsonValue, NodePolicies } from "@spark/graph";
import type { FailurePattern } from "@spark/rsi-model";
import type { HypothesisProposalInput } from "../hypothesis-model.ts";
import type { HeuristicRule, NodeSituation, Situation } from "./situation.ts";

/** Failures that may not happen again at the next attempt. Anything else fails the same way twice. */
const transient =
  /time-?d?-?out|ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|socket|network|fetch failed|rate.?limit|throttl|unavailable|overloaded|\b(?:429|502|503|504)\b/i;

const mostAttempts = 6;

/**
 * Proposes retries for nodes that fail in a way that may pass, longer time-outs for nodes that run into theirs,
 * and a time-out with a second attempt where a few executions take ten times as long as most.
 *
 * Nodes that act on the world are left alone: doing something twice is no improvement.
 */
export const retryAndTimeout: HeuristicRule = {
  name: "retry-and-timeout",
  propose: (situation) =>
    situation.nodes
      .filter(({ definition }) => !definition.effects)
      .flatMap((node) => [
        ...longerTimeout(node, situation),
        ...retry(node, situation),
        ...hedge(node, situation),
      ]),
};

function longerTimeout(node: NodeSituation, { report }: Situation): readonly HypothesisProposalInput[] {
  const { timeoutSeconds } = policiesOf(node);
  const timeouts = report.failures.find(
    ({ nodeId, errorType }) => nodeId === node.spec.id && errorType === "node_timeout",
  );
  if (timeoutSeconds === undefined || timeouts === undefined) return [];
  return [
    proposal(node, {
      configPath: "policies.timeoutSeconds",
      newValue: timeoutSeconds * 2,
      oldValue: timeoutSeconds,
      rationale: `Node ${node.spec.id} ran into its time-out of ${timeoutSeconds} s ${timeouts.count} times; twice the time lets slow inputs through.`,
      successRateDelta: node.errorRate / 2,
      riskFactors: ["Runs that would have failed early take longer."],
    }),
  ];
}

function retry(node: NodeSituation, { report }: Situation): readonly HypothesisProposalInput[] {
  const passing = report.failures.filter(
    (failure) => failure.nodeId === node.spec.id && isTransient(failure),
  );
  if (passing.length === 0) return [];
  const known = policiesOf(node).retry;
  if (known !== undefined && known.maxAttempts >= mostAttempts) return [];
  const said = passing.map(({ errorType }) => errorType).join(", ");
  const rate = node.errorRate;
  const common = {
    // With independent attempts a run fails only if all of them do.
    successRateDelta: rate - rate ** 3,
    latencyDelta: rate * (node.metrics?.avgDuration ?? 0),
    riskFactors: ["Failing runs take longer, and the node's load grows with its failures."],
  };
  if (known === undefined) {
    return [
      proposal(node, {
        configPath: "policies.retry",
        newValue: { maxAttempts: 3, delaySeconds: 0.05, backoffMultiplier: 2 },
        rationale: `Node ${node.spec.id} fails with ${said}, which may pass at the next attempt.`,
        ...common,
      }),
    ];
  }
  return [
    proposal(node, {
      configPath: "policies.retry.maxAttempts",
      newValue: known.maxAttempts + 2,
      ...(hasWrittenAttempts(node) ? { oldValue: known.maxAttempts } : {}),
      rationale: `Node ${node.spec.id} still fails with ${said} after ${known.maxAttempts} attempts.`,
      ...common,
    }),
  ];
}

function hedge(node: NodeSituation, { runs }: Situation): readonly HypothesisProposalInput[] {
  if (policiesOf(node).timeoutSeconds !== undefined) return [];
  const durations = runs
    .flatMap(({ nodes }) => nodes.filter(({ nodeId, ok }) => ok && nodeId === node.spec.id))
    .map(({ durationMs }) => durationMs)
    .sort((a, b) => a - b);
  if (durations.length < 50) return [];
  const at = (share: number): number => durations[Math.floor(durations.length * share)] as number;
  const [median, high, last] = [at(0.5), at(0.95), at(0.99)];
  if (last < 1000 || last < 10 * Math.max(median, high / 2)) return [];
  const timeoutSeconds = Number((Math.max(high * 2, median * 5) / 1000).toPrecision(2));
  return [
    proposal(node, {
      configPath: "policies",
      newValue: { ...(node.spec.config?.["policies"] as object), timeoutSeconds, retry: { maxAttempts: 2 } },
      rationale:
        `Node ${node.spec.id} takes ${(median / 1000).toPrecision(2)} s as a rule and more than ` +
        `${(last / 1000).toPrecision(2)} s once in a hundred; a second attempt after ${timeoutSeconds} s cuts that off.`,
      latencyDelta: -(last / 1000 - 2 * timeoutSeconds) / 100,
      riskFactors: ["Inputs that are slow for a reason are done twice, and may fail."],
    }),
  ];
}

interface Idea {
  readonly configPath: string;
  readonly newValue: JsonValue;
  readonly oldValue?: JsonValue;
  readonly rationale: string;
  readonly successRateDelta?: number;
  readonly latencyDelta?: number;
  readonly riskFactors: readonly string[];
}

function proposal(node: NodeSituation, idea: Idea): HypothesisProposalInput {
  const { configPath, newValue, oldValue, rationale, riskFactors } = idea;
  return {
    hypothesisType: "parameter_tuning",
    targetNode: node.spec.id,
    rationale,
    expectedImprovement: {
      successRateDelta: idea.successRateDelta ?? 0,
      latencyDelta: idea.latencyDelta ?? 0,
    },
    changes: [
      {
        type: "node_config_update",
        targetNodeId: node.spec.id,
        configPath,
        newValue,
        ...(oldValue === undefined ? {} : { oldValue }),
      },
    ],
    riskFactors,
    evidence: { rule: retryAndTimeout.name, nodeType: node.spec.type, configPath },
    promise: 0.7 * (0.2 + 0.8 * node.pain),
  };
}

function isTransient({ errorType, sampleMessages }: FailurePattern): boolean {
  return [errorType, ...sampleMessages].some((text) => transient.test(text));
}

function policiesOf({ spec }: NodeSituation): NodePolicies {
  const parsed = NodePolicies.safeParse(spec.config?.["policies"] ?? {});
  return parsed.success ? parsed.data : {};
}

function hasWrittenAttempts({ spec }: NodeSituation): boolean {
  const policies = spec.config?.["policies"] as
    | { readonly retry?: { readonly maxAttempts?: number } }
    | undefined;
  return policies?.retry?.maxAttempts !== undefined;
}
