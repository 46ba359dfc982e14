import { GraphSpec } from "@spark/graph";
import { ImprovementHypothesis, TestResult, ValidationResult } from "@spark/rsi-model";
import { z } from "zod";
import { ReviewOutcome } from "./review/review-outcome.ts";

/*
 * A hypothesis on its way through the loop: what it is about, and what each station has added. A station takes
 * the case with whatever has been added so far, and gives it on with its own part.
 */

const subject = {
  hypothesis: ImprovementHypothesis,
  /** The spec the hypothesis changes. */
  baselineSpec: GraphSpec,
};

const parts = {
  validation: ValidationResult.exactOptional(),
  review: ReviewOutcome.exactOptional(),
  testResult: TestResult.exactOptional(),
};

/** Said by a gate that let the case through; stations take it and leave it out. */
const passage = { shouldContinue: z.literal(true).exactOptional() };

/** A case anywhere on its way. */
export const HypothesisCase = z.strictObject({ ...subject, ...parts }).readonly();
export type HypothesisCase = z.infer<typeof HypothesisCase>;

/** A case as a station takes it. */
export const IncomingCase = z.strictObject({ ...subject, ...parts, ...passage }).readonly();
export type IncomingCase = z.infer<typeof IncomingCase>;

/** A case that has been through the validator. */
export const ValidatedCase = z
  .strictObject({ ...subject, ...parts, validation: ValidationResult })
  .readonly();
export type ValidatedCase = z.infer<typeof ValidatedCase>;

/** A validated case as the review takes it. */
export const CaseToReview = z
  .strictObject({ ...subject, ...parts, ...passage, validation: ValidationResult })
  .readonly();
export type CaseToReview = z.infer<typeof CaseToReview>;

/** A case that has been reviewed, or needed no review. */
export const ReviewedCase = z.strictObject({ ...subject, ...parts, review: ReviewOutcome }).readonly();
export type ReviewedCase = z.infer<typeof ReviewedCase>;

/** A case that has been tested. */
export const TestedCase = z.strictObject({ ...subject, ...parts, testResult: TestResult }).readonly();
export type TestedCase = z.infer<typeof TestedCase>;

/** The case without what a gate said. */
export function caseOf<C extends object>(incoming: C): Omit<C, "shouldContinue"> {
  const { shouldContinue: _passage, ...rest } = incoming as C & { shouldContinue?: true };
  return rest;
}
