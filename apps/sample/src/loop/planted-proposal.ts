import type { GraphSpec } from "@spark/graph";
import type { HypothesisModel, HypothesisProposalInput } from "@spark/rsi";

const change = {
  type: "node_config_update",
  targetNodeId: "words",
  configPath: "phraseWindow",
  newValue: 7,
} as const;

/** Looks at seven words at a time: sounds reasonable, makes sixteen times the features, and recognises nothing more. */
export const plantedProposal = {
  hypothesisType: "parameter_tuning",
  targetNode: change.targetNodeId,
  rationale: "Spammers use fixed phrases: looking at seven words at a time recognises them as a whole.",
  changes: [change],
  evidence: { rule: "planted" },
  promise: 1,
} as const satisfies HypothesisProposalInput;

/** The same model, with one proposal more each time it is asked. */
export function withPlanted(model: HypothesisModel, planted: HypothesisProposalInput): HypothesisModel {
  return {
    name: model.name,
    propose: async (request) => [planted, ...(await model.propose(request))],
  };
}

/** Whether a graph does what was planted. */
export function servesPlanted(spec: GraphSpec): boolean {
  return spec.nodes.some(
    ({ id, config }) => id === change.targetNodeId && config?.[change.configPath] === change.newValue,
  );
}
