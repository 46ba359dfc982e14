import type { ImprovementHypothesisInput } from "@spark/rsi-model";
import { mailGraph } from "./mail-graph.ts";

/**
 * Reads the beginning of a mail and pairs of words instead of triples; what is seen counts a little more. Much
 * less work for the same accuracy: what gives a mail away stands at its beginning, and the model was trained on
 * pairs.
 */
export function readLess(baseline: string): ImprovementHypothesisInput {
  return {
    hypothesisId: "hyp-read-less",
    graphId: mailGraph.id,
    graphVersionBaseline: baseline,
    hypothesisType: "parameter_tuning",
    targetNode: "parse",
    rationale: "Long mails take most of the time, and what gives a mail away stands at its beginning.",
    expectedImprovement: { latencyDelta: -0.0008 },
    changes: [
      { type: "node_config_update", targetNodeId: "parse", configPath: "maxMailChars", newValue: 8_000 },
      { type: "node_config_update", targetNodeId: "words", configPath: "phraseWindow", newValue: 2 },
      { type: "node_config_update", targetNodeId: "score", configPath: "smoothing", newValue: 0.5 },
    ],
    riskLevel: "low",
    createdBy: "sample",
  };
}

/**
 * Refuses every mail that breaks a rule. It sounds tidy, and fails on 5 % of the real mails: those with raw
 * 8-bit characters, odd dates or overlong lines, for the most part.
 */
export function parseStrictly(baseline: string): ImprovementHypothesisInput {
  return {
    hypothesisId: "hyp-parse-strictly",
    graphId: mailGraph.id,
    graphVersionBaseline: baseline,
    hypothesisType: "parameter_tuning",
    targetNode: "parse",
    rationale: "Malformed mails yield garbled words; without them the scores should be cleaner.",
    expectedImprovement: { qualityDelta: 0.005 },
    changes: [
      { type: "node_config_update", targetNodeId: "parse", configPath: "strictness", newValue: "strict" },
    ],
    riskLevel: "medium",
    riskFactors: ["Mails that were triaged so far may be refused."],
    createdBy: "sample",
  };
}

/** Looks at phrases of up to seven words: 64 features a word, nearly all of them unknown to the model. */
export function readPhrases(baseline: string): ImprovementHypothesisInput {
  return {
    hypothesisId: "hyp-read-phrases",
    graphId: mailGraph.id,
    graphVersionBaseline: baseline,
    hypothesisType: "parameter_tuning",
    targetNode: "words",
    rationale: "Spam repeats whole phrases; more context should separate the classes better.",
    expectedImprovement: { qualityDelta: 0.01 },
    changes: [{ type: "node_config_update", targetNodeId: "words", configPath: "phraseWindow", newValue: 7 }],
    riskLevel: "medium",
    riskFactors: ["The number of features doubles with each word of context."],
    createdBy: "sample",
  };
}

/**
 * Refuses mails that do not say what their 8-bit characters are. Milder than `parseStrictly`, and still 4.5 % of
 * the real mails instead of 1.2 %.
 */
export function refuseUndeclared(baseline: string): ImprovementHypothesisInput {
  return {
    hypothesisId: "hyp-refuse-undeclared",
    graphId: mailGraph.id,
    graphVersionBaseline: baseline,
    hypothesisType: "parameter_tuning",
    targetNode: "parse",
    rationale:
      "Characters that a mail does not declare come out as garbled words; the scores need none of them.",
    expectedImprovement: { qualityDelta: 0.003 },
    changes: [
      { type: "node_config_update", targetNodeId: "parse", configPath: "strictness", newValue: "declared" },
    ],
    riskLevel: "medium",
    riskFactors: ["Mails that were triaged so far may be refused."],
    createdBy: "sample",
  };
}

/** Strips tags in one pass: the same text, in time that grows with the length of the body alone. */
export function cleanInOnePass(baseline: string): ImprovementHypothesisInput {
  return {
    hypothesisId: "hyp-clean-in-one-pass",
    graphId: mailGraph.id,
    graphVersionBaseline: baseline,
    hypothesisType: "node_replacement",
    targetNode: "clean",
    rationale:
      "Tags are stripped one by one, and each time the rest of the body is copied; one pass is enough.",
    expectedImprovement: { latencyDelta: -0.0003 },
    changes: [
      {
        type: "node_replacement",
        targetNodeId: "clean",
        replacementNodeSpec: {
          id: "clean",
          type: "CleanBodyInOnePass",
          config: { maxBodyChars: 50_000 },
        },
      },
    ],
    riskLevel: "high",
    riskFactors: ["Every mail goes through the new node."],
    createdBy: "sample",
  };
}
