import {
  type Clock,
  GraphSpec,
  graphVersion,
  type Ids,
  type NodeContext,
  type NodeRegistry,
  systemClock,
  uniqueIds,
} from "@spark/graph";
import {
  DiagnosticReport,
  type Experience,
  type HypothesisType,
  ImprovementHypothesis,
  type RiskLevel,
} from "@spark/rsi-model";
import { z } from "zod";
import { type AcceptedProposal, acceptProposals, DroppedProposal } from "./accept-proposals.ts";
import type { RunSource } from "./analysis/performance-analyzer-node.ts";
import { ContractNode } from "./contract-node.ts";
import { heuristicModel } from "./heuristic/heuristic-model.ts";
import type { HypothesisModel } from "./hypothesis-model.ts";
import { contextOf } from "./patterns/change-context.ts";
import { decisive, priorityScore } from "./patterns/pattern-priority.ts";
import { PatternExtractor, type PatternSource } from "./patterns/pattern-extractor.ts";

/** What is to be improved, and what is known of it. */
export const GenerationRequest = z
  .strictObject({ report: DiagnosticReport, baselineSpec: GraphSpec })
  .readonly();
export type GenerationRequest = z.infer<typeof GenerationRequest>;

/** Hypotheses, the most promising first, and what became of the other proposals. */
export const Generation = z
  .strictObject({
    hypotheses: z.array(ImprovementHypothesis).readonly(),
    count: z.int().nonnegative(),
    /** Name of the model. */
    generationMethod: z.string(),
    /** Ids of the patterns that the model and the order were given. */
    patternsUsed: z.array(z.string()).readonly(),
    dropped: z.array(DroppedProposal).readonly(),
    baselineSpec: GraphSpec,
  })
  .readonly();
export type Generation = z.infer<typeof Generation>;

/** What a generator is made from. */
export interface HypothesisGeneratorOptions {
  /** The node types that changes may use; a graph's own registry. */
  readonly registry: NodeRegistry;
  /** @default heuristicModel() */
  readonly model?: HypothesisModel;
  /** @default 3 */
  readonly maxHypotheses?: number;
  /** @default ["prompt_optimization", "parameter_tuning"] */
  readonly hypothesisTypes?: readonly HypothesisType[];
  /** What was tried, and what was learned from it. */
  readonly experienceDb?: PatternSource;
  /** False: what was learned is not asked for; what was tried still is. @default true */
  readonly enablePatternLearning?: boolean;
  /** Where the runs behind the report are. */
  readonly source?: RunSource;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly name?: string;
}

/** Proposals are checked one by one, so a model gets room for some that fail. */
const proposalsPerHypothesis = 5;
/** Only so many past hypotheses, the newest, are compared with. */
const mostTried = 10_000;

/**
 * Turns a diagnosis into hypotheses: asks a model for proposals, holds each against spec, schemas and experience,
 * and gives those that stand, the most promising first.
 *
 * @example
 * const generator = new HypothesisGeneratorNode({ registry });
 * const { hypotheses, dropped } = await generator.run({ report, baselineSpec });
 */
export class HypothesisGeneratorNode extends ContractNode<typeof GenerationRequest, typeof Generation> {
  readonly #options: HypothesisGeneratorOptions;
  readonly #model: HypothesisModel;
  readonly #types: readonly HypothesisType[];
  readonly #clock: Clock;

  constructor(options: HypothesisGeneratorOptions) {
    super(options.name ?? "HypothesisGenerator", { input: GenerationRequest, output: Generation });
    this.#options = options;
    this.#model = options.model ?? heuristicModel();
    this.#types = options.hypothesisTypes ?? ["prompt_optimization", "parameter_tuning"];
    this.#clock = options.clock ?? systemClock;
  }

  protected override async work(
    { report, baselineSpec }: GenerationRequest,
    { signal }: NodeContext,
  ): Promise<Generation> {
    const { registry, maxHypotheses = 3, source, ids = uniqueIds } = this.#options;
    const baseline = graphVersion(baselineSpec);
    const patterns = await this.#patterns(baselineSpec.id);
    const tried = await this.#tried(baselineSpec.id);
    const priority = (hypothesisType: HypothesisType): number => priorityScore(patterns, { hypothesisType });
    const proposals = await this.#model.propose({
      report,
      baseline,
      registry,
      runs: source?.recent({ versionId: baseline.versionId }) ?? [],
      patterns,
      tried,
      hypothesisTypes: [...this.#types].sort((a, b) => priority(b) - priority(a)),
      maxProposals: maxHypotheses * proposalsPerHypothesis,
      signal,
    });
    const { accepted, dropped } = acceptProposals(proposals, {
      baseline,
      registry,
      hypothesisTypes: this.#types,
      patterns,
      tried,
      maxHypotheses,
    });
    const hypotheses = accepted.map((proposal): ImprovementHypothesis => ({
      hypothesisId: ids.next("hyp"),
      graphId: baselineSpec.id,
      graphVersionBaseline: baseline.versionId,
      ...this.#hypothesisOf(proposal, patterns),
    }));
    return {
      hypotheses,
      count: hypotheses.length,
      generationMethod: this.#model.name,
      patternsUsed: patterns.map(({ patternId }) => patternId),
      dropped,
      baselineSpec,
    };
  }

  #hypothesisOf({ proposal, priority }: AcceptedProposal, patterns: Parameters<typeof decisive>[0]) {
    const { evidence, promise: _promise, ...said } = proposal;
    const patternIds = decisive(patterns, contextOf(proposal)).map(({ patternId }) => patternId);
    return {
      ...said,
      diagnosticEvidence: { ...evidence, priority, ...(patternIds.length === 0 ? {} : { patternIds }) },
      riskLevel: riskOf(proposal),
      createdAt: new Date(this.#clock.now()).toISOString(),
      createdBy: this.#model.name,
    };
  }

  async #patterns(graphId: string) {
    const { experienceDb, enablePatternLearning = true } = this.#options;
    if (experienceDb === undefined || !enablePatternLearning) return [];
    return new PatternExtractor({ experienceDb, clock: this.#clock }).extractPatterns(graphId);
  }

  async #tried(graphId: string): Promise<readonly Experience[]> {
    return (await this.#options.experienceDb?.queryHypotheses({ graphId, limit: mostTried })) ?? [];
  }
}

/** A first guess: a tenth for each change, a fifth for each risk its author sees. The validator has the last word. */
function riskOf({ changes, riskFactors }: AcceptedProposal["proposal"]): RiskLevel {
  const tenths = changes.length + 2 * riskFactors.length;
  if (tenths < 3) return "low";
  return tenths < 7 ? "medium" : "high";
}
