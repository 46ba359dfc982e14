import { z } from "zod";

const weight = z.number().nonnegative();

/** What counts how much, and what no gain elsewhere makes up for. */
export const OptimizationObjectives = z
  .strictObject({
    /** Weights; only their ratios matter. @default 0.4 */
    minimizeLatency: weight.default(0.4),
    /** @default 0.3 */
    minimizeCost: weight.default(0.3),
    /** @default 0.2 */
    maximizeQuality: weight.default(0.2),
    /** @default 0.1 */
    maximizeReliability: weight.default(0.1),
    /** Cost may grow by this share at the most. @default 0.1 */
    maxAcceptableCostIncrease: z.number().nonnegative().default(0.1),
    /** The candidate's success rate must reach this, or the baseline's where that is lower. @default 0.95 */
    minAcceptableSuccessRate: z.number().min(0).max(1).default(0.95),
    /** Mean latency may grow by this many seconds at the most. @default 2 */
    maxAcceptableLatencyIncrease: z.number().nonnegative().default(2),
  })
  .refine(
    ({ minimizeLatency, minimizeCost, maximizeQuality, maximizeReliability }) =>
      minimizeLatency + minimizeCost + maximizeQuality + maximizeReliability > 0,
    { error: "expected at least one weight above 0" },
  )
  .readonly();
export type OptimizationObjectives = z.infer<typeof OptimizationObjectives>;
export type OptimizationObjectivesInput = z.input<typeof OptimizationObjectives>;
