import { ExtractedPattern, HypothesisType } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { PatternExtractor, type PatternExtractorOptions } from "./pattern-extractor.ts";
import { priorityScore, recommendationsFor, shouldAvoid } from "./pattern-priority.ts";

/** Of which graph patterns are wanted; of all graphs where it is left out. */
export const PatternRequest = z.strictObject({ graphId: z.string().min(1).exactOptional() }).readonly();
export type PatternRequest = z.infer<typeof PatternRequest>;

/** What was learned, and what follows from it. */
export const PatternReport = z
  .strictObject({
    patterns: z.array(ExtractedPattern).readonly(),
    recommendations: z.array(z.string()).readonly(),
    /** By hypothesis type, 0 to 1; 0.5 where nothing is known. */
    priorities: z.record(HypothesisType, z.number().min(0).max(1)).readonly(),
    typesToAvoid: z.array(HypothesisType).readonly(),
  })
  .readonly();
export type PatternReport = z.infer<typeof PatternReport>;

/** Learns from what the database remembers, and keeps what it learned there. */
export class PatternExtractorNode extends ContractNode<typeof PatternRequest, typeof PatternReport> {
  readonly #extractor: PatternExtractor;

  constructor(options: PatternExtractorOptions & { readonly name?: string }) {
    super(options.name ?? "PatternExtractor", { input: PatternRequest, output: PatternReport });
    this.#extractor = new PatternExtractor(options);
  }

  protected override async work({ graphId }: PatternRequest): Promise<PatternReport> {
    const patterns = await this.#extractor.extractPatterns(graphId);
    await this.#extractor.storePatterns(patterns);
    const types = HypothesisType.options;
    return {
      patterns,
      recommendations: types.flatMap((type) => recommendationsFor(patterns, type)),
      priorities: Object.fromEntries(
        types.map((hypothesisType) => [hypothesisType, priorityScore(patterns, { hypothesisType })]),
      ) as PatternReport["priorities"],
      typesToAvoid: types.filter((hypothesisType) => shouldAvoid(patterns, { hypothesisType })),
    };
  }
}
