import { z } from "zod";

const id = z.string().min(1);
const time = z.iso.datetime({ offset: true });

const answer = {
  approved: z.literal(false),
  requestId: id,
  reason: z.string(),
};

/** A person's word for one version; what the deployment controller takes as `approval`. */
const approval = z
  .strictObject({ approvedBy: id, reason: z.string().exactOptional(), versionId: id })
  .readonly();

/** What came of the review of a change. */
export const ReviewOutcome = z
  .discriminatedUnion("status", [
    z.strictObject({ status: z.literal("not_required"), approved: z.literal(true), reason: z.string() }),
    z.strictObject({
      status: z.literal("approved"),
      approved: z.literal(true),
      requestId: id,
      reason: z.string(),
      reviewedAt: time,
      feedback: z.string(),
      approval,
    }),
    z.strictObject({
      status: z.literal("rejected"),
      ...answer,
      reviewer: id,
      reviewedAt: time,
      feedback: z.string(),
    }),
    z.strictObject({ status: z.literal("expired"), ...answer }),
    /** Nobody has answered yet, and the node was told not to wait. */
    z.strictObject({ status: z.literal("pending"), ...answer }),
    /** There is nothing to approve: the changes do not make a version. */
    z.strictObject({ status: z.literal("invalid"), approved: z.literal(false), reason: z.string() }),
  ])
  .readonly();
export type ReviewOutcome = z.infer<typeof ReviewOutcome>;
