import { defineNode } from "@spark/graph";
import { z } from "zod";
import { type DecidedMail, type Decision, ScoredMail } from "../mail.ts";

export const DecideConfig = z
  .strictObject({
    hamBelow: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .meta({ description: "A mail with a lower spam score is ham." }),
    spamFrom: z.number().min(0).max(1).default(0.9).meta({
      description: "A mail with this spam score or a higher one is spam; what lies between is for a person.",
    }),
  })
  .refine(({ hamBelow, spamFrom }) => hamBelow <= spamFrom, {
    path: ["hamBelow"],
    error: ({ input }) => `expected hamBelow to be at most spamFrom, got ${JSON.stringify(input)}`,
  });
export type DecideConfig = z.infer<typeof DecideConfig>;

/** Turns a score into a decision; scores between the two thresholds are for a person to look at. */
export const decideNode = defineNode({
  type: "Decide",
  config: DecideConfig,
  input: ScoredMail,
  process: (mail, context, config): DecidedMail => {
    context.report({ scores: { spam: mail.spamScore } });
    return { ...mail, decision: decide(mail.spamScore, config) };
  },
});

export function decide(spamScore: number, { hamBelow, spamFrom }: DecideConfig): Decision {
  if (spamScore >= spamFrom) return "spam";
  return spamScore < hamBelow ? "ham" : "review";
}
