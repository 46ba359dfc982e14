import { Approval } from "@spark/rsi-deploy";
import { z } from "zod";

const id = z.string().min(1);
const time = z.iso.datetime({ offset: true });

const refused = { approved: z.literal(false), requestId: id, reason: z.string() };

/** What came of the review of a change. */
export const ReviewOutcome = z
  .discriminatedUnion("status", [
    z.strictObject({ status: z.literal("not_required"), approved: z.literal(true), reason: z.string() }),
    z.strictObject({
      status: z.literal("approved"),
      approved: z.literal(true),
      requestId: id,
      reviewedAt: time,
      feedback: z.string(),
      /** For the deployment controller; it holds for one version only. */
      approval: Approval,
    }),
    z.strictObject({
      status: z.literal("rejected"),
      ...refused,
      reviewer: id,
      reviewedAt: time,
      feedback: z.string(),
    }),
    /** Nobody has answered in time. */
    z.strictObject({ status: z.literal("expired"), ...refused }),
    /** Nobody has answered yet, and the node was told not to wait. */
    z.strictObject({ status: z.literal("pending"), ...refused }),
    /** There is nothing to approve: the changes do not make a version. */
    z.strictObject({ status: z.literal("invalid"), approved: z.literal(false), reason: z.string() }),
  ])
  .readonly();
export type ReviewOutcome = z.infer<typeof ReviewOutcome>;
