import { expectedPatternSuccessRate, type Pattern, patternSuccessRate } from "@spark/rsi-model";
import type { z } from "zod";
import type { ExperienceState } from "./experience-state.ts";
import type { PatternQuery } from "./query-options.ts";

/** The patterns that fit, best first: by the success to be expected, then by use. */
export function bestPatterns(
  state: ExperienceState,
  { patternType, graphId, minSuccessRate, limit }: z.output<typeof PatternQuery>,
): readonly Pattern[] {
  return state.patterns
    .newest({ type: patternType })
    .filter(
      (pattern) =>
        (patternSuccessRate(pattern) ?? 1) >= minSuccessRate &&
        (graphId === undefined ||
          pattern.applicableToGraphs.length === 0 ||
          pattern.applicableToGraphs.includes(graphId)),
    )
    .sort(
      (a, b) => expectedPatternSuccessRate(b) - expectedPatternSuccessRate(a) || b.usageCount - a.usageCount,
    )
    .slice(0, limit);
}
