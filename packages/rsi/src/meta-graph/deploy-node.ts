import { type GraphSpec, isSparkError, type NodeContext } from "@spark/graph";
import type { Approval, DeploymentResult } from "@spark/rsi-deploy";
import type { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import type { TestedCase } from "../hypothesis-case.ts";
import { cycleOf } from "./cycle.ts";
import type { LoopMemory } from "./loop-memory.ts";
import { RankedCases } from "./rank-node.ts";

/** What deploys. `DeploymentControllerNode` satisfies it. */
export interface DeploymentPort {
  run(
    inputs: {
      readonly hypothesis: ImprovementHypothesis;
      readonly testResult: TestResult;
      readonly baselineSpec: GraphSpec;
      readonly approval?: Approval;
    },
    options: { readonly signal: AbortSignal },
  ): Promise<DeploymentResult>;
  /** Goes on with, or ends, what an earlier process left under way; `done` of each when it has ended. */
  recover?(): Promise<readonly { readonly done: Promise<unknown> }[]>;
}

/** What became of one deployment, with the hypothesis it was about. */
export interface CycleDeployment {
  readonly hypothesisId: string;
  readonly result: DeploymentResult;
}

const deployment = z.custom<CycleDeployment>(
  (value) => typeof value === "object" && value !== null && "hypothesisId" in value && "result" in value,
);

/** The ranked cases, and what became of those that were deployed. */
export const DeployedCases = RankedCases.unwrap()
  .extend({ deployments: z.array(deployment).readonly() })
  .readonly();
export type DeployedCases = z.infer<typeof DeployedCases>;

/**
 * Deploys the best case; where it is taken back or refused, the next one, on the same baseline. Once one is kept
 * the others are late, since they were tested against the version before; that is recorded, and they may be
 * proposed again for the new version.
 */
export class DeployNode extends ContractNode<typeof RankedCases, typeof DeployedCases> {
  readonly #controller: DeploymentPort;
  readonly #memory: LoopMemory;

  constructor(controller: DeploymentPort, memory: LoopMemory) {
    super("DeployHypotheses", { input: RankedCases, output: DeployedCases });
    this.#controller = controller;
    this.#memory = memory;
  }

  protected override async work(ranked: RankedCases, context: NodeContext): Promise<DeployedCases> {
    const { note } = cycleOf(context.state);
    for (const { hypothesisId, reason } of ranked.unacceptable) await this.#passOver(hypothesisId, reason);
    const deployments: CycleDeployment[] = [];
    for (const tested of ranked.eligible) {
      const { hypothesisId } = tested.hypothesis;
      const kept = deployments.find(({ result }) => result.success);
      if (kept !== undefined) {
        await this.#passOver(
          hypothesisId,
          `${kept.hypothesisId} was deployed first; it was tested against the version before`,
        );
        note("deployment", `passed over for ${kept.hypothesisId}`, hypothesisId);
        continue;
      }
      const result = await this.#deploy(tested, context.signal);
      if (typeof result === "string") {
        await this.#passOver(hypothesisId, result);
        note("deployment", result, hypothesisId);
        continue;
      }
      deployments.push({ hypothesisId, result });
      note(
        "deployment",
        result.success ? `completed as ${result.newVersion}` : `${result.status}: ${result.error}`,
        hypothesisId,
      );
    }
    return { ...ranked, deployments };
  }

  /** What came of it; a sentence where the controller broke. */
  async #deploy(tested: TestedCase, signal: AbortSignal): Promise<DeploymentResult | string> {
    const { hypothesis, testResult, baselineSpec, review } = tested;
    const approval = review?.status === "approved" ? { approval: review.approval } : {};
    try {
      return await this.#controller.run({ hypothesis, testResult, baselineSpec, ...approval }, { signal });
    } catch (error) {
      if (signal.aborted || !isSparkError(error)) throw error;
      return `the deployment broke: ${error.message}`;
    }
  }

  async #passOver(hypothesisId: string, reason: string): Promise<void> {
    await this.#memory.updateDeploymentOutcome({
      hypothesisId,
      deployed: false,
      outcome: { status: "rejected", phase: "deployment", failureReason: reason },
      lessons: [],
      patterns: [],
    });
  }
}
