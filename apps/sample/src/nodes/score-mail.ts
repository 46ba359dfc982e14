import { type NodeDefinition, defineNode } from "@spark/graph";
import { z } from "zod";
import { MailFeatures, type ScoredMail } from "../mail.ts";
import { type NaiveBayes, type ScoreOptions, spamScore } from "../naive-bayes.ts";

const ScoreMailConfig = z.strictObject({
  smoothing: z.number().min(0.001).max(10).default(1).meta({
    description: "Added to every feature count; small values trust rare features more.",
    improves: {},
  }),
  priorWeight: z.number().min(0).max(10).default(1).meta({
    description: "How much the share of spam among all mails counts: 0 not at all, 1 as Bayes says.",
    improves: {},
  }),
}) satisfies z.ZodType<ScoreOptions>;

/** Features by the branch that found them, as a join hands them over. */
const Branches = z.record(z.string(), MailFeatures).refine((branches) => Object.keys(branches).length > 0, {
  error: "expected the features of one branch at least",
});

/** Weighs the features of all branches against what the model has learned. */
export function scoreMailNode(model: NaiveBayes): NodeDefinition {
  return defineNode({
    type: "ScoreMail",
    config: ScoreMailConfig,
    input: Branches,
    process: (branches, _context, config): ScoredMail => {
      const found = Object.values(branches);
      return {
        mailId: found[0]?.mailId ?? "",
        spamScore: spamScore(
          model,
          found.flatMap(({ features }) => features),
          config,
        ),
      };
    },
  });
}
