import { type Clock, systemClock } from "@spark/graph";
import type { ReviewDecisionInput, ReviewRequest, ReviewStatus } from "@spark/rsi-model";

/** Whether an answer counted; where it came too late, `review` says what had been settled before. */
export interface DeskAnswer {
  readonly accepted: boolean;
  readonly review: ReviewRequest;
}

/**
 * Where requests wait for an answer and are kept with it, also across restarts. `ExperienceDatabase` satisfies
 * it. Of two answers the first counts; after the deadline none does.
 */
export interface ReviewDesk {
  storeReview(request: ReviewRequest): Promise<unknown>;
  queryReviews(query: { readonly status?: ReviewStatus }): Promise<readonly ReviewRequest[]>;
  decideReview(decision: ReviewDecisionInput): Promise<DeskAnswer>;
}

/** A person's answer. */
export interface Answer {
  readonly requestId: string;
  readonly reviewer: string;
  readonly reason?: string;
  readonly feedback?: string;
  readonly clock?: Clock;
}

/** The requests that wait for an answer, the one whose deadline is nearest first. */
export async function pendingReviews(
  desk: Pick<ReviewDesk, "queryReviews">,
): Promise<readonly ReviewRequest[]> {
  const pending = await desk.queryReviews({ status: "pending" });
  return pending.toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
}

/** Says yes to exactly the version that the request is about. */
export function approveReview(desk: Pick<ReviewDesk, "decideReview">, answer: Answer): Promise<DeskAnswer> {
  return decide(desk, answer, true);
}

/** Says no; a reason is needed, since the loop learns from it. */
export function rejectReview(
  desk: Pick<ReviewDesk, "decideReview">,
  answer: Answer & { readonly reason: string },
): Promise<DeskAnswer> {
  return decide(desk, answer, false);
}

function decide(
  desk: Pick<ReviewDesk, "decideReview">,
  { clock = systemClock, ...answer }: Answer,
  approved: boolean,
): Promise<DeskAnswer> {
  return desk.decideReview({ ...answer, approved, reviewedAt: new Date(clock.now()).toISOString() });
}
