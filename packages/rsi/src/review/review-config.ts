import { RiskLevel } from "@spark/rsi-model";
import { z } from "zod";

/** Which changes a person must see, and how long one waits for the answer. */
export const HumanReviewConfig = z
  .strictObject({
    /** @default ["high", "critical"] */
    requireApprovalForRiskLevels: z.array(RiskLevel).readonly().default(["high", "critical"]),
    /** A request that nobody has answered by then expires, which counts as a no. @default 86400 */
    approvalTimeoutSeconds: z.number().positive().default(86_400),
    /** How often the desk is asked for the answer. @default 5 */
    pollIntervalSeconds: z.number().positive().default(5),
    /** False to go on at once with the status `pending`; the next run takes the same request up. @default true */
    waitForDecision: z.boolean().default(true),
  })
  .readonly();
export type HumanReviewConfig = z.infer<typeof HumanReviewConfig>;
export type HumanReviewConfigInput = z.input<typeof HumanReviewConfig>;
