import type { HypothesisModel } from "../hypothesis-model.ts";
import { caching } from "./caching.ts";
import { fallback } from "./fallback.ts";
import { nodeReplacement } from "./node-replacement.ts";
import { parallelBranches } from "./parallel-branches.ts";
import { parameterTuning } from "./parameter-tuning.ts";
import { retryAndTimeout } from "./retry-and-timeout.ts";
import { type HeuristicRule, readSituation } from "./situation.ts";
import { unusedEdges } from "./unused-edges.ts";

/** The rules that come with the package. */
export const heuristicRules: readonly HeuristicRule[] = [
  parameterTuning,
  retryAndTimeout,
  fallback,
  nodeReplacement,
  caching,
  parallelBranches,
  unusedEdges,
];

/**
 * Proposes by rules, offline and in milliseconds, the same for the same request. Only proposals of
 * the hypothesis types that are asked for are given.
 */
export function heuristicModel({
  rules = heuristicRules,
}: { readonly rules?: readonly HeuristicRule[] } = {}): HypothesisModel {
  return {
    name: "heuristic",
    propose: async (request) => {
      const situation = readSituation(request);
      return rules
        .flatMap((rule) => rule.propose(situation))
        .filter(({ hypothesisType }) => request.hypothesisTypes.includes(hypothesisType));
    },
  };
}
