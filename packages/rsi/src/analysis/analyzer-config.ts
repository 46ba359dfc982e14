import { z } from "zod";

const share = z.number().gt(0).lte(1);

/** What an analysis looks at, and from where on it speaks of a problem. */
export const AnalyzerConfig = z
  .strictObject({
    /** How far back runs count, in hours before the end of the period. @default 24 */
    analysisWindowHours: z.number().positive().default(24),
    /** Fewer runs than this are not judged. @default 10 */
    minExecutions: z.int().min(1).default(10),
    /** From this share of the time on the critical path a node is slow. @default 0.3 */
    minLatencyShare: share.default(0.3),
    /** From this error rate on a node is unreliable. @default 0.01 */
    minErrorRate: share.default(0.01),
    /** From this share of all cost a node is dear. @default 0.3 */
    minCostShare: share.default(0.3),
    /** Below this success rate a graph has issues, whatever its nodes say. @default 0.95 */
    minSuccessRate: z.number().min(0).max(1).default(0.95),
  })
  .readonly();
export type AnalyzerConfig = z.infer<typeof AnalyzerConfig>;
export type AnalyzerConfigInput = z.input<typeof AnalyzerConfig>;
