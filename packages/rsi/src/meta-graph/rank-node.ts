import type { NodeContext } from "@spark/graph";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { TestedCase } from "../hypothesis-case.ts";
import type { OptimizationObjectives } from "../ranking/objectives.ts";
import { rankHypotheses } from "../ranking/rank.ts";
import { CaseOutcome } from "./case-outcome.ts";
import { cycleOf } from "./cycle.ts";

/** How each lane ended, by the id of its last place. */
const LaneOutcomes = z.record(z.string(), CaseOutcome);

/** Every ending, and those that may be deployed, the best first. */
export const RankedCases = z
  .strictObject({
    cases: z.array(CaseOutcome).readonly(),
    eligible: z.array(TestedCase).readonly(),
    /** Passed, but outside what the objectives accept. */
    unacceptable: z.array(z.strictObject({ hypothesisId: z.string(), reason: z.string() })).readonly(),
  })
  .readonly();
export type RankedCases = z.infer<typeof RankedCases>;

/** Puts what has passed its test in the order in which it is to be deployed. */
export class RankNode extends ContractNode<typeof LaneOutcomes, typeof RankedCases> {
  readonly #objectives: OptimizationObjectives;

  constructor(objectives: OptimizationObjectives) {
    super("RankHypotheses", { input: LaneOutcomes, output: RankedCases });
    this.#objectives = objectives;
  }

  protected override work(lanes: Record<string, CaseOutcome>, { state }: NodeContext): RankedCases {
    const { note } = cycleOf(state);
    const cases = Object.values(lanes);
    const passed = cases.flatMap((ending) => (ending.outcome === "passed" ? [ending.case] : []));
    const ranked = rankHypotheses(passed, this.#objectives);
    for (const { tested, score, rank } of ranked) {
      note("ranking", `rank ${rank}, score ${score.totalScore.toFixed(3)}`, tested.hypothesis.hypothesisId);
    }
    return {
      cases,
      eligible: ranked.filter(({ score }) => score.meetsConstraints).map(({ tested }) => tested),
      unacceptable: ranked
        .filter(({ score }) => !score.meetsConstraints)
        .map(({ score }) => ({
          hypothesisId: score.hypothesisId,
          reason: score.constraintViolations.join("; "),
        })),
    };
  }
}
