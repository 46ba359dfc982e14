import { ImprovementHypothesis } from "@spark/rsi-model";
import { z } from "zod";
import { HypothesisCase, TestedCase } from "../hypothesis-case.ts";
import { Phase } from "./cycle.ts";

/** How one lane of the loop ended. */
export const CaseOutcome = z
  .discriminatedUnion("outcome", [
    /** There were fewer hypotheses than lanes. */
    z.strictObject({ outcome: z.literal("empty") }),
    z.strictObject({ outcome: z.literal("passed"), case: TestedCase }),
    /** Refused, failed or undecided; or, at the review, not answered yet. */
    z.strictObject({
      outcome: z.literal("stopped"),
      phase: Phase,
      reason: z.string(),
      isWaiting: z.boolean(),
      case: HypothesisCase,
    }),
    /** A station broke. Says nothing about the change. */
    z.strictObject({
      outcome: z.literal("broken"),
      phase: Phase,
      reason: z.string(),
      hypothesis: ImprovementHypothesis.exactOptional(),
    }),
  ])
  .readonly();
export type CaseOutcome = z.infer<typeof CaseOutcome>;
