import { type ImprovementHypothesisInput, readOutcome } from "@spark/rsi-model";
import { z } from "zod";

type Identity = "hypothesisId" | "graphId" | "graphVersionBaseline" | "hypothesisType" | "targetNode";

/** A hypothesis as the Python project hands it in: what it proposes is kept apart. */
export type HypothesisWithProposal = Pick<ImprovementHypothesisInput, Identity> & {
  readonly proposal: Omit<ImprovementHypothesisInput, Identity>;
};

/** The hypothesis in one piece. */
export function wholeHypothesis(hypothesis: ImprovementHypothesisInput | HypothesisWithProposal): unknown {
  if (!("proposal" in hypothesis)) return hypothesis;
  const { proposal, ...identity } = hypothesis;
  return { ...proposal, ...identity };
}

/** What a test taught, in sentences. */
export const TestLessons = z.array(z.string()).readonly();
export type TestLessons = z.infer<typeof TestLessons>;

/** The report of a deployment. */
export const DeploymentOutcomeUpdate = z.strictObject({
  hypothesisId: z.string().min(1),
  /** Whether the change is in service now. */
  deployed: z.boolean(),
  /** The result of the deployment, or as much of it as there is to say, in any shape `readOutcome` knows. */
  outcome: z.unknown().transform(readOutcome),
  lessons: z.array(z.string()).readonly().default([]),
  patterns: z.array(z.string()).readonly().default([]),
});
export type DeploymentOutcomeUpdate = Readonly<z.input<typeof DeploymentOutcomeUpdate>>;

/** One use of a pattern, and whether it went well. */
export const PatternUse = z.strictObject({ patternId: z.string().min(1), success: z.boolean() });
export type PatternUse = Readonly<z.input<typeof PatternUse>>;

/** Which versions to forget: of `graphId`, all but the newest `keep` and those that are needed. */
export const VersionPruning = z.strictObject({ graphId: z.string().min(1), keep: z.int().nonnegative() });
export type VersionPruning = Readonly<z.input<typeof VersionPruning>>;
