import { SparkError } from "@spark/graph";
import { decideReview, expireReview, type ReviewDecision, type ReviewRequest } from "@spark/rsi-model";

/** Whether an answer counted. When it came too late, `review` says what had been settled before. */
export type ReviewAnswer =
  | { readonly accepted: true; readonly review: ReviewRequest }
  | {
      readonly accepted: false;
      readonly reason: "already_decided" | "expired";
      readonly review: ReviewRequest;
    };

/** What an answer makes of a request: only a pending one takes it, and only before it expires. */
export function answerReview(review: ReviewRequest, decision: ReviewDecision, now: number): ReviewAnswer {
  if (review.status === "expired") return { accepted: false, reason: "expired", review };
  if (review.status !== "pending") return { accepted: false, reason: "already_decided", review };
  if (now >= Date.parse(review.expiresAt)) {
    const expired = expireReview(review, new Date(now).toISOString());
    return { accepted: false, reason: "expired", review: expired };
  }
  return { accepted: true, review: decideReview(review, decision) };
}

/** A request may be stored again as it is, but never be replaced by another one. */
export function refuseReplacing(known: ReviewRequest | undefined, requestId: string): void {
  if (known === undefined) return;
  throw new SparkError(
    "illegal_state",
    `Review request "${requestId}" is stored already (${known.status}). Use a new id for a new question.`,
    { details: { requestId, status: known.status } },
  );
}
