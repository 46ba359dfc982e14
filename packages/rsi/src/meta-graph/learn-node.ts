import type { NodeContext } from "@spark/graph";
import type { Experience, Pattern } from "@spark/rsi-model";
import { DiagnosticReport } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { worth } from "../patterns/experience-weight.ts";
import { type PatternExtractorNode, PatternReport } from "../patterns/pattern-extractor-node.ts";
import type { CaseOutcome } from "./case-outcome.ts";
import { cycleOf } from "./cycle.ts";
import { DeployedCases } from "./deploy-node.ts";
import { RankedCases } from "./rank-node.ts";
import { StationFailure } from "./station-failure.ts";

/** Any way a cycle can come to its end: deployed, ranked only, nothing to do, or a station that broke. */
export const CycleEnd = z.union([
  DeployedCases,
  RankedCases,
  z.strictObject({
    shouldContinue: z.literal(false),
    reason: z.string(),
    report: DiagnosticReport.exactOptional(),
  }),
  StationFailure,
]);
export type CycleEnd = z.infer<typeof CycleEnd>;

/** The end of a cycle with what was learned. */
export const LearnedCycle = z
  .strictObject({ end: CycleEnd, learned: PatternReport.exactOptional() })
  .readonly();
export type LearnedCycle = z.infer<typeof LearnedCycle>;

/** What learning needs beside the extractor. `ExperienceDatabase` satisfies it. */
export interface PatternStatistics {
  readExperience(hypothesisId: string): Promise<Experience>;
  queryPatterns(query: {
    readonly minSuccessRate: number;
    readonly limit: number;
  }): Promise<readonly Pattern[]>;
  updatePatternStats(use: { readonly patternId: string; readonly success: boolean }): Promise<unknown>;
}

/** Counts how the patterns that were followed have fared, and extracts them anew. The last station of every cycle. */
export class LearnNode extends ContractNode<typeof CycleEnd, typeof LearnedCycle> {
  readonly #statistics: PatternStatistics;
  readonly #extractor: PatternExtractorNode | undefined;

  /** @param extractor - Absent where nothing is to be learned. */
  constructor(statistics: PatternStatistics, extractor: PatternExtractorNode | undefined) {
    super("Learn", { input: CycleEnd, output: LearnedCycle });
    this.#statistics = statistics;
    this.#extractor = extractor;
  }

  protected override async work(end: CycleEnd, context: NodeContext): Promise<LearnedCycle> {
    if (this.#extractor === undefined) return { end };
    const { baseline, note } = cycleOf(context.state);
    await this.#countUses("cases" in end ? end.cases : []);
    const learned = await this.#extractor.process({ graphId: baseline.spec.id }, context);
    note("learning", `${learned.patterns.length} patterns`);
    return { end, learned };
  }

  /** A pattern was right where what it foretold came: good for success and improvement, bad for the others. */
  async #countUses(cases: readonly CaseOutcome[]): Promise<void> {
    const ids = cases.flatMap((one) =>
      one.outcome === "passed" || one.outcome === "stopped" ? [one.case.hypothesis.hypothesisId] : [],
    );
    if (ids.length === 0) return;
    const stored = await this.#statistics.queryPatterns({ minSuccessRate: 0, limit: Infinity });
    const types = new Map(stored.map(({ patternId, patternType }) => [patternId, patternType]));
    for (const hypothesisId of ids) {
      const experience = await this.#statistics.readExperience(hypothesisId);
      const answer = worth(experience);
      if (answer === undefined) continue;
      for (const patternId of followed(experience)) {
        const type = types.get(patternId);
        if (type === undefined) continue;
        const foretold = type === "success" || type === "improvement" ? "good" : "bad";
        await this.#statistics.updatePatternStats({ patternId, success: answer === foretold });
      }
    }
  }
}

function followed({ proposal }: Experience): readonly string[] {
  const ids = z.array(z.string()).safeParse(proposal.diagnosticEvidence["patternIds"]);
  return ids.success ? ids.data : [];
}
