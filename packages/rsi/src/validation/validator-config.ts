import { HypothesisType } from "@spark/rsi-model";
import { z } from "zod";

/** What a hypothesis may do without being refused. */
export const ValidatorConfig = z
  .strictObject({
    /** @default 5 */
    maxNodesAdded: z.int().nonnegative().default(5),
    /** @default 2 */
    maxNodesRemoved: z.int().nonnegative().default(2),
    /** Characters of any text that is written into a config. @default 10000 */
    maxPromptLength: z.int().min(1).default(10_000),
    /** Ids of nodes that nothing may change, not even an edge that leads to or from them. @default [] */
    protectedNodes: z.array(z.string().min(1)).readonly().default([]),
    /** @default ["prompt_optimization", "parameter_tuning"] */
    allowedHypothesisTypes: z
      .array(HypothesisType)
      .readonly()
      .default(["prompt_optimization", "parameter_tuning"]),
    /** Below this score a change counts as low risk. @default 0.3 */
    autoApproveRiskThreshold: z.number().positive().default(0.3),
    /** From this score on a change is refused, whatever else is right about it. @default 1.5 */
    maxRiskScore: z.number().positive().default(1.5),
  })
  .readonly();
export type ValidatorConfig = z.infer<typeof ValidatorConfig>;
export type ValidatorConfigInput = z.input<typeof ValidatorConfig>;
