import { type Clock, systemClock } from "@spark/graph";
import type {
  Experience,
  ExtractedPattern,
  HypothesisType,
  Pattern,
  PatternDefinition,
} from "@spark/rsi-model";
import { patternSuccessRate } from "@spark/rsi-model";
import { extractPatterns, type ExtractionOptions } from "./extract-patterns.ts";
import { priorityScore, recommendationsFor, shouldAvoid } from "./pattern-priority.ts";

/** Where experience is kept. `ExperienceDatabase` satisfies it. */
export interface PatternSource {
  queryHypotheses(query: {
    readonly graphId?: string;
    readonly limit: number;
  }): Promise<readonly Experience[]>;
  queryPatterns(query: {
    readonly graphId?: string;
    readonly minSuccessRate: number;
    readonly limit: number;
  }): Promise<readonly Pattern[]>;
  storePattern(pattern: PatternDefinition): Promise<unknown>;
}

/** What an extractor is made from. */
export interface PatternExtractorOptions extends Pick<
  ExtractionOptions,
  "halfLifeDays" | "minEvidenceCount" | "minConfidence"
> {
  readonly experienceDb: PatternSource;
  readonly clock?: Clock;
  /** Only so many experiences, the newest, are looked at. @default 10000 */
  readonly maxExperiences?: number;
}

/** Uses after which a pattern that led astray more often than not is no longer told. */
const fewestUses = 3;

/** Finds patterns in what a database remembers, keeps them there, and says what follows from them. */
export class PatternExtractor {
  readonly #options: PatternExtractorOptions;
  readonly #clock: Clock;

  constructor(options: PatternExtractorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * The patterns of one graph, or of all. One that was followed and led astray more often than not, by its stored
   * statistics, is left out.
   */
  async extractPatterns(graphId?: string): Promise<readonly ExtractedPattern[]> {
    const {
      experienceDb,
      maxExperiences = 10_000,
      halfLifeDays,
      minEvidenceCount,
      minConfidence,
    } = this.#options;
    const where = graphId === undefined ? {} : { graphId };
    const experiences = await experienceDb.queryHypotheses({ ...where, limit: maxExperiences });
    const stored = await experienceDb.queryPatterns({ ...where, minSuccessRate: 0, limit: Infinity });
    const misleading = new Set(
      stored
        .filter((pattern) => pattern.usageCount >= fewestUses && (patternSuccessRate(pattern) ?? 1) < 0.5)
        .map(({ patternId }) => patternId),
    );
    const patterns = extractPatterns(experiences, {
      nowMs: this.#clock.now(),
      ...where,
      ...(halfLifeDays === undefined ? {} : { halfLifeDays }),
      ...(minEvidenceCount === undefined ? {} : { minEvidenceCount }),
      ...(minConfidence === undefined ? {} : { minConfidence }),
    });
    return patterns.filter(({ patternId }) => !misleading.has(patternId));
  }

  /** Keeps patterns in the database; what is counted there of their use stays. */
  async storePatterns(patterns: readonly ExtractedPattern[]): Promise<void> {
    for (const pattern of patterns) await this.#options.experienceDb.storePattern(definitionOf(pattern));
  }

  getPriorityScore(patterns: readonly ExtractedPattern[], hypothesisType: HypothesisType): number {
    return priorityScore(patterns, { hypothesisType });
  }

  shouldAvoidHypothesisType(
    patterns: readonly ExtractedPattern[],
    hypothesisType: HypothesisType,
    threshold = 0.7,
  ): boolean {
    return shouldAvoid(patterns, { hypothesisType }, threshold);
  }

  getRecommendationsForHypothesisType(
    patterns: readonly ExtractedPattern[],
    hypothesisType: HypothesisType,
  ): readonly string[] {
    return recommendationsFor(patterns, hypothesisType);
  }
}

function definitionOf(pattern: ExtractedPattern): PatternDefinition {
  const { patternId, patternType, hypothesisType, context, recommendation, confidence } = pattern;
  const { evidenceCount, successRate } = pattern;
  const graphId = context["graphId"];
  return {
    patternId,
    patternName: patternId.replaceAll("_", " "),
    patternType,
    condition: { ...context, hypothesisType },
    recommendation: { text: recommendation, confidence, evidenceCount, successRate },
    applicableToGraphs: typeof graphId === "string" ? [graphId] : [],
  };
}
