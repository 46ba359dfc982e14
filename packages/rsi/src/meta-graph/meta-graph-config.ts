import { SparkError } from "@spark/graph";
import { DeploymentConfig, type DeploymentConfigInput, readDeploymentConfig } from "@spark/rsi-deploy";
import { HypothesisType } from "@spark/rsi-model";
import { z } from "zod";
import { AnalyzerConfig } from "../analysis/analyzer-config.ts";
import { OptimizationObjectives } from "../ranking/objectives.ts";
import { HumanReviewConfig } from "../review/review-config.ts";
import { TrialConfig } from "../trial/trial-config.ts";
import { ValidatorConfig } from "../validation/validator-config.ts";

const hypothesisTypes: readonly HypothesisType[] = ["prompt_optimization", "parameter_tuning"];

/** How a graph is improved. Every field but `graphId` has a default. */
export const RSIMetaGraphConfig = z
  .strictObject({
    /** The graph that is improved; a target of another id is refused. */
    graphId: z.string().min(1),
    /** `versionId` or label of the version the loop starts from; where it is not live, the loop does not start. */
    graphVersion: z.string().min(1).exactOptional(),
    /** How far back runs count, in hours. @default 24 */
    analysisWindowHours: z.number().positive().default(24),
    /** Hypotheses in one cycle; as many lanes the meta-graph has. 1 to 20. @default 3 */
    maxHypotheses: z.int().min(1).max(20).default(3),
    /** What may be proposed. @default ["prompt_optimization", "parameter_tuning"] */
    hypothesisTypes: z.array(HypothesisType).min(1).readonly().default(hypothesisTypes),
    /** Learn from what came of earlier hypotheses. @default true */
    enablePatternLearning: z.boolean().default(true),
    /** Goes before the strategy in `deployment`. @default "direct" */
    deploymentStrategy: DeploymentConfig.unwrap().shape.strategy.unwrap().exactOptional(),
    /** False: stop when it is known what could be deployed. @default true */
    autoDeploy: z.boolean().default(true),
    /** See `DeploymentConfig`; `strategy` may stand here or above. */
    deployment: z.custom<DeploymentConfigInput>((value) => typeof value === "object").default({}),
    analysis: AnalyzerConfig.unwrap().omit({ analysisWindowHours: true }).prefault({}),
    /** Which types may be proposed stands above. */
    validation: ValidatorConfig.unwrap().omit({ allowedHypothesisTypes: true }).prefault({}),
    /** `waitForDecision` is false here: a cycle does not wait for a person, the next one takes the answer up. */
    review: HumanReviewConfig.unwrap()
      .extend({ waitForDecision: z.boolean().default(false) })
      .prefault({}),
    testing: TrialConfig.prefault({}),
    objectives: OptimizationObjectives.prefault({}),
  })
  .readonly();
export type RSIMetaGraphConfig = z.infer<typeof RSIMetaGraphConfig>;
/** A configuration as a person writes it: what has a default may be left out. */
export type RSIMetaGraphConfigInput = z.input<typeof RSIMetaGraphConfig>;

/** Reads a configuration. Throws `invalid_config` that names every field, what was expected and what came. */
export function readMetaGraphConfig(
  input: unknown,
): RSIMetaGraphConfig & { readonly deployment: DeploymentConfig } {
  const parsed = RSIMetaGraphConfig.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "(config)"}: ${message}`,
    );
    throw new SparkError("invalid_config", `RSIMetaGraphConfig: ${faults.join("; ")}`, {
      details: { faults },
    });
  }
  const { deployment, deploymentStrategy: strategy } = parsed.data;
  return {
    ...parsed.data,
    deployment: readDeploymentConfig({ ...deployment, ...(strategy === undefined ? {} : { strategy }) }),
  };
}
