import { betaPosterior } from "@spark/evidence";
import type { JsonObject } from "@spark/graph";
import type { Experience, ExtractedPattern, HypothesisType, PatternType } from "@spark/rsi-model";
import { type ChangeContext, contextKey, lessonContexts } from "./change-context.ts";
import { type Answer, improvement, staying, weightOf, worth } from "./experience-weight.ts";

/** How experiences are weighed. */
export interface ExtractionOptions {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** After so many days an experience counts half. @default 30 */
  readonly halfLifeDays?: number;
  /** Fewer experiences than this make no pattern. @default 3 */
  readonly minEvidenceCount?: number;
  /** A pattern that is less sure than this is not told, 0.5 to 1. @default 0.6 */
  readonly minConfidence?: number;
  /** Named in the patterns, where the experiences are of one graph. */
  readonly graphId?: string;
}

/** How each kind of pattern is asked for: of what, whether good or bad makes it, and what it recommends. */
const kinds = {
  success: { ask: worth, made: "good", advice: "Continue with" },
  failure: { ask: worth, made: "bad", advice: "Avoid" },
  improvement: { ask: improvement, made: "good", advice: "Prefer" },
  regression: { ask: staying, made: "bad", advice: "Be careful with" },
} as const satisfies Record<
  PatternType,
  { readonly ask: (experience: Experience) => Answer; readonly made: "good" | "bad"; readonly advice: string }
>;

/**
 * The regularities in past experience: which kinds of change were kept, failed, improved in tests, were taken back.
 *
 * `successRate` is the mean of a Beta posterior (uniform prior, older experiences counting less), `confidence` how
 * sure that posterior is that good is likelier than bad, or bad than good: three lucky ones give 0.94, not 1.
 * Patterns for a whole hypothesis type come first, those for just one kind of change after them. Pure.
 */
export function extractPatterns(
  experiences: readonly Experience[],
  options: ExtractionOptions,
): readonly ExtractedPattern[] {
  const groups = new Map<string, { readonly context: ChangeContext; readonly members: Experience[] }>();
  for (const experience of experiences) {
    for (const context of lessonContexts(experience)) {
      const key = contextKey(context);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { context, members: [experience] });
      else group.members.push(experience);
    }
  }
  return [...groups.values()]
    .flatMap(({ context, members }) =>
      (Object.keys(kinds) as PatternType[]).flatMap(
        (patternType) => patternIn(members, { patternType, context }, options) ?? [],
      ),
    )
    .sort((a, b) => breadth(a) - breadth(b));
}

function patternIn(
  members: readonly Experience[],
  { patternType, context }: { readonly patternType: PatternType; readonly context: ChangeContext },
  options: ExtractionOptions,
): ExtractedPattern | undefined {
  const { nowMs, halfLifeDays = 30, minEvidenceCount = 3, minConfidence = 0.6, graphId } = options;
  const { ask, made, advice } = kinds[patternType];
  const telling = members.filter((experience) => ask(experience) !== undefined);
  const weigh = (answer: Answer): number =>
    telling
      .filter((experience) => ask(experience) === answer)
      .reduce((sum, experience) => sum + weightOf(experience, nowMs, halfLifeDays), 0);
  const posterior = betaPosterior({ successes: weigh("good"), failures: weigh("bad") });
  const sureGood = posterior.probabilityAbove(0.5);
  const confidence = made === "good" ? sureGood : 1 - sureGood;
  const matching = telling.filter((experience) => ask(experience) === made);
  if (telling.length < minEvidenceCount || matching.length === 0 || confidence < minConfidence)
    return undefined;
  const { hypothesisType } = context as { readonly hypothesisType: HypothesisType };
  return {
    patternId:
      [patternType, ...Object.values(context)].join("_") + (graphId === undefined ? "" : `@${graphId}`),
    patternType,
    hypothesisType,
    context: { ...(graphId === undefined ? {} : { graphId }), ...context, ...particulars(matching) },
    recommendation: `${advice} ${inWords(context)}: ${matching.length} of ${telling.length} ${outcomes[patternType]}.`,
    confidence,
    evidenceCount: telling.length,
    successRate: posterior.mean,
  };
}

const outcomes = {
  success: "were kept in service",
  failure: "failed or were refused",
  improvement: "improved the graph in their tests",
  regression: "had to be taken back",
} as const satisfies Record<PatternType, string>;

/** Effect sizes, reasons and the latest lessons of the experiences that made a pattern. */
function particulars(members: readonly Experience[]): JsonObject {
  const newestFirst = [...members].sort((a, b) => b.timestamp - a.timestamp);
  const comparisons = members.flatMap(({ testResult }) => testResult?.comparison ?? []);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const reasons = newestFirst.flatMap(
    ({ outcome, testResult }) =>
      outcome?.rollbackReason ?? outcome?.failureReason ?? testResult?.errorMessage ?? [],
  );
  return {
    lastSeen: newestFirst[0]?.createdAt ?? "",
    ...(comparisons.length === 0
      ? {}
      : {
          avgSuccessRateDelta: mean(comparisons.map(({ successRateDelta }) => successRateDelta)),
          avgLatencyDelta: mean(comparisons.map(({ avgDurationDelta }) => avgDurationDelta)),
        }),
    ...(reasons.length === 0 ? {} : { reasons: [...new Set(reasons)].slice(0, 3) }),
    lessons: [...new Set(newestFirst.flatMap(({ lessons }) => lessons))].slice(0, 3),
  };
}

function inWords({
  hypothesisType,
  nodeType,
  configPath,
  direction,
  replacementType,
}: ChangeContext): string {
  return [
    hypothesisType,
    ...(configPath === undefined ? [] : [`of ${configPath}`]),
    ...(nodeType === undefined ? [] : [`in ${nodeType}`]),
    ...(direction === undefined ? [] : [`(${direction})`]),
    ...(replacementType === undefined ? [] : [`by ${replacementType}`]),
  ].join(" ");
}

function breadth({ context }: ExtractedPattern): number {
  return context["nodeType"] === undefined ? 0 : 1;
}
