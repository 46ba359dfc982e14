import { JsonObject } from "@spark/graph";
import { z } from "zod";
import { HypothesisType } from "./hypothesis.ts";

const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);

/** What a pattern teaches: to continue, to avoid, to prefer, or to be careful. */
export const PatternType = z.enum(["success", "failure", "improvement", "regression"]);
export type PatternType = z.infer<typeof PatternType>;

/** A regularity as it was found in past experience. */
export const ExtractedPattern = z
  .strictObject({
    patternId: z.string().min(1),
    patternType: PatternType,
    hypothesisType: HypothesisType,
    context: JsonObject.default({}),
    recommendation: z.string(),
    confidence: fraction,
    evidenceCount: count,
    successRate: fraction,
  })
  .readonly();
export type ExtractedPattern = z.infer<typeof ExtractedPattern>;

/** What makes a pattern: when it applies, and what it recommends. */
const definition = {
  patternId: z.string().min(1),
  patternName: z.string().min(1),
  /** One of {@link PatternType}, or a kind of one's own. */
  patternType: z.string().min(1),
  condition: JsonObject.default({}),
  recommendation: JsonObject.default({}),
  /** Graph ids; empty means any. */
  applicableToGraphs: z.array(z.string()).readonly().default([]),
};

/** A pattern as it is handed in. */
export const PatternDefinition = z.strictObject(definition).readonly();
export type PatternDefinition = z.infer<typeof PatternDefinition>;
export type PatternDefinitionInput = z.input<typeof PatternDefinition>;

/** A pattern with how it has fared since. Times are milliseconds since the Unix epoch. */
export const Pattern = z
  .strictObject({
    ...definition,
    successCount: count,
    failureCount: count,
    usageCount: count,
    discoveredAt: z.number().nonnegative(),
    lastUsed: z.number().nonnegative().exactOptional(),
  })
  .readonly();
export type Pattern = z.infer<typeof Pattern>;

/** Share of the uses that went well, or `undefined` before the first use. */
export function patternSuccessRate({ successCount, failureCount }: Pattern): number | undefined {
  const uses = successCount + failureCount;
  return uses === 0 ? undefined : successCount / uses;
}

/** The rate to rank by: one good and one bad use are assumed beforehand (Laplace's rule), so that luck with few uses does not lead. */
export function expectedPatternSuccessRate({ successCount, failureCount }: Pattern): number {
  return (successCount + 1) / (successCount + failureCount + 2);
}
