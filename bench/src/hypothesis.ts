import type { ImprovementHypothesisInput } from "@spark/rsi-model";

const types = ["prompt_optimization", "caching", "parameter_tuning", "custom"] as const;

/** One of many hypotheses, about 600 bytes as it is stored, of five graphs and four types in turn. */
export function hypothesis(at: number): ImprovementHypothesisInput {
  return {
    hypothesisId: `hyp_${at}`,
    graphId: `graph_${at % 5}`,
    graphVersionBaseline: "1.0.0",
    hypothesisType: types[at % types.length] as (typeof types)[number],
    rationale: `Answers are long where the question is short, so the prompt of step ${at} is cut by a third.`,
    changes: [
      { type: "node_config_update", targetNodeId: `n${at}`, configPath: "prompt", newValue: `shorter ${at}` },
    ],
  };
}
