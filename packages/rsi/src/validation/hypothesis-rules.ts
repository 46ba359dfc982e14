import { printFault } from "@spark/rsi-deploy";
import { caution, fault, type Finding } from "./finding.ts";
import type { ValidationSubject } from "./validation-subject.ts";

/** Looks at a hypothesis and says what is wrong with it. */
export type HypothesisRule = (subject: ValidationSubject) => readonly Finding[];

/** What is asked of the hypothesis itself, whether its changes can be applied or not. */
export const hypothesisRules = {
  required_fields: ({ hypothesis: { changes, rationale } }) => [
    ...(changes.length > 0 ? [] : [fault("required_fields", 0.5, { message: "there are no changes" })]),
    ...(rationale.trim() === ""
      ? [caution("required_fields", 0.1, { message: "the rationale is empty; say why this should help" })]
      : []),
  ],

  right_graph: ({ hypothesis: { graphId }, baseline }) =>
    graphId === baseline.id
      ? []
      : [
          fault("right_graph", 1, {
            message: `it is about graph "${graphId}", the spec is of "${baseline.id}"`,
          }),
        ],

  allowed_hypothesis_types: ({ hypothesis: { hypothesisType }, config: { allowedHypothesisTypes } }) =>
    allowedHypothesisTypes.includes(hypothesisType)
      ? []
      : [
          fault("allowed_hypothesis_types", 1, {
            message: `${hypothesisType} is not allowed here; allowed are ${allowedHypothesisTypes.join(", ") || "none"}`,
          }),
        ],

  applicable: ({ applied }) =>
    applied.ok
      ? []
      : applied.faults.map((one) =>
          fault("applicable", 0.5, { message: printFault(one), details: { changeIndex: one.changeIndex } }),
        ),

  protected_target: ({ hypothesis: { targetNode }, config: { protectedNodes } }) =>
    targetNode !== undefined && protectedNodes.includes(targetNode)
      ? [fault("protected_nodes", 1, { message: `node "${targetNode}" is protected, and it is the target` })]
      : [],

  stated_risks: ({ hypothesis: { riskFactors } }) => riskFactors.map(() => ({ score: 0.1 })),
} satisfies Record<string, HypothesisRule>;
