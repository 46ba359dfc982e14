import type { ExtractedPattern, HypothesisType, PatternType } from "@spark/rsi-model";
import { ChangeContext, specificity } from "./change-context.ts";

/** How much each kind of pattern moves a priority, at full confidence. */
const pulls = { success: 0.2, improvement: 0.3, failure: -0.3, regression: -0.2 } as const satisfies Record<
  PatternType,
  number
>;

/**
 * How promising a kind of change is by what was learned, 0 to 1; 0.5 where nothing was. Of each kind of pattern
 * the one that describes the change most exactly counts.
 */
export function priorityScore(patterns: readonly ExtractedPattern[], context: ChangeContext): number {
  const pull = decisive(patterns, context).reduce(
    (sum, { patternType, confidence }) => sum + pulls[patternType] * confidence,
    0,
  );
  return Math.min(1, Math.max(0, 0.5 + pull));
}

/**
 * True where a failure or a regression is surer than `threshold`, and the most exact pattern that says anything
 * about the change is no success: one bad setting does not condemn a whole type of change.
 */
export function shouldAvoid(
  patterns: readonly ExtractedPattern[],
  context: ChangeContext,
  threshold = 0.7,
): boolean {
  const found = decisive(patterns, context);
  const exactness = (pattern: ExtractedPattern): number => exactnessOf(pattern, context) ?? 0;
  const most = Math.max(0, ...found.map(exactness));
  const says = (...types: readonly PatternType[]): boolean =>
    found.some(
      (pattern) =>
        exactness(pattern) === most && types.includes(pattern.patternType) && pattern.confidence >= threshold,
    );
  return says("failure", "regression") && !says("success");
}

/** What was learned about a type of hypothesis, in sentences. */
export function recommendationsFor(
  patterns: readonly ExtractedPattern[],
  hypothesisType: HypothesisType,
): readonly string[] {
  return patterns
    .filter((pattern) => pattern.hypothesisType === hypothesisType)
    .map(
      ({ patternType, recommendation, confidence, evidenceCount }) =>
        `[${patternType.toUpperCase()}] ${recommendation} (confidence: ${(confidence * 100).toFixed(0)} %, evidence: ${evidenceCount})`,
    );
}

/** The patterns that decided a priority: of each kind the most exact one. */
export function decisive(
  patterns: readonly ExtractedPattern[],
  context: ChangeContext,
): readonly ExtractedPattern[] {
  const best = new Map<PatternType, { readonly pattern: ExtractedPattern; readonly exactness: number }>();
  for (const pattern of patterns) {
    const exactness = exactnessOf(pattern, context);
    if (exactness === undefined) continue;
    if (exactness > (best.get(pattern.patternType)?.exactness ?? -1)) {
      best.set(pattern.patternType, { pattern, exactness });
    }
  }
  return [...best.values()].map(({ pattern }) => pattern);
}

function exactnessOf(
  { context, hypothesisType }: ExtractedPattern,
  change: ChangeContext,
): number | undefined {
  const parsed = ChangeContext.safeParse(context);
  return specificity({ ...(parsed.success ? parsed.data : {}), hypothesisType }, change);
}
