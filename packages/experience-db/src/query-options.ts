import { ExperienceStatus, HypothesisType } from "@spark/rsi-model";
import { z } from "zod";

/** At most so many rows; `Infinity` for all. */
const limit = z.union([z.int().positive(), z.literal(Infinity)]);

/** Which experiences are asked for; each condition that is given must hold. */
export const ExperienceQuery = z
  .strictObject({
    graphId: z.string().optional(),
    hypothesisType: HypothesisType.optional(),
    status: ExperienceStatus.optional(),
    deployed: z.boolean().optional(),
    limit: limit.default(100),
  })
  .readonly();
export type ExperienceQuery = z.input<typeof ExperienceQuery>;

/** Whose lessons are asked for. */
export const LessonQuery = z
  .strictObject({
    graphId: z.string().optional(),
    hypothesisType: HypothesisType.optional(),
    limit: limit.default(10),
  })
  .readonly();
export type LessonQuery = z.input<typeof LessonQuery>;

/**
 * Which patterns are asked for. `minSuccessRate` (a fraction) holds for patterns that were used; one that
 * never was is not excluded by it.
 */
export const PatternQuery = z
  .strictObject({
    patternType: z.string().optional(),
    /** Patterns for this graph and for any graph. */
    graphId: z.string().optional(),
    minSuccessRate: z.number().min(0).max(1).default(0.5),
    limit: limit.default(10),
  })
  .readonly();
export type PatternQuery = z.input<typeof PatternQuery>;
