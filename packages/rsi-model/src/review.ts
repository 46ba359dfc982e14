import { JsonObject } from "@spark/graph";
import { z } from "zod";
import { ImprovementHypothesis } from "./hypothesis.ts";
import { ValidationResult } from "./validation.ts";

const id = z.string().min(1);
const time = z.iso.datetime({ offset: true });

/** A person's answer to a {@link ReviewRequest}. */
export const ReviewDecision = z
  .strictObject({
    requestId: id,
    approved: z.boolean(),
    reviewer: id,
    reviewedAt: time,
    reason: z.string().default(""),
    feedback: z.string().default(""),
    annotations: JsonObject.default({}),
  })
  .readonly();
export type ReviewDecision = z.infer<typeof ReviewDecision>;
export type ReviewDecisionInput = z.input<typeof ReviewDecision>;

const question = {
  requestId: id,
  hypothesisId: id,
  /** The whole hypothesis: who approves sees every change with its values. */
  hypothesis: ImprovementHypothesis,
  validationResult: ValidationResult.exactOptional(),
  /** The version the approval is for; an approval holds for no other. */
  candidateVersionId: id.exactOptional(),
  createdAt: time,
  expiresAt: time,
};

/** Waits for an answer until `expiresAt`. */
export const ReviewPending = z.strictObject({ status: z.literal("pending"), ...question }).readonly();
export type ReviewPending = z.infer<typeof ReviewPending>;

/** Was answered; the answer is kept with the question. */
export const ReviewDecided = z
  .strictObject({ status: z.enum(["approved", "rejected"]), ...question, decision: ReviewDecision })
  .readonly();
export type ReviewDecided = z.infer<typeof ReviewDecided>;

/** Nobody answered in time. */
export const ReviewExpired = z
  .strictObject({ status: z.literal("expired"), ...question, expiredAt: time })
  .readonly();
export type ReviewExpired = z.infer<typeof ReviewExpired>;

/** A question to a person: may this change be deployed? */
export const ReviewRequest = z
  .discriminatedUnion("status", [ReviewPending, ReviewDecided, ReviewExpired])
  .refine(({ hypothesis, hypothesisId }) => hypothesis.hypothesisId === hypothesisId, {
    error: "expected hypothesisId to be that of the hypothesis",
    path: ["hypothesisId"],
  });
export type ReviewRequest = z.infer<typeof ReviewRequest>;
export type ReviewStatus = ReviewRequest["status"];

/** The request with its answer. */
export function decideReview(request: ReviewPending, decision: ReviewDecision): ReviewDecided {
  return { ...request, status: decision.approved ? "approved" : "rejected", decision };
}

/** The request when its time has run out. */
export function expireReview(request: ReviewPending, expiredAt: string): ReviewExpired {
  return { ...request, status: "expired", expiredAt };
}
