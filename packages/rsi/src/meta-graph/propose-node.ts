import type { NodeContext } from "@spark/graph";
import { type Experience, hypothesisOf, ImprovementHypothesis } from "@spark/rsi-model";
import { GraphSpec } from "@spark/graph";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { AnalysisGateOutcome } from "../gates/analysis-gate.ts";
import type { HypothesisGeneratorNode } from "../hypothesis-generator-node.ts";
import { cycleOf } from "./cycle.ts";
import type { LoopMemory } from "./loop-memory.ts";

/** Hypotheses that are to be looked at in this cycle, one a lane. */
export const Proposals = z
  .strictObject({ hypotheses: z.array(ImprovementHypothesis).readonly(), baselineSpec: GraphSpec })
  .readonly();
export type Proposals = z.infer<typeof Proposals>;

/** What is needed to propose. */
export interface ProposeOptions {
  readonly generator: HypothesisGeneratorNode;
  readonly memory: LoopMemory;
  readonly lanes: number;
  /** Whether what has passed its test and was not deployed yet is to be taken up again. */
  readonly autoDeploy: boolean;
}

/** Only so many past hypotheses are looked through for unfinished ones. */
const mostRemembered = 10_000;

/**
 * Takes up again what an earlier cycle or process left unfinished, and fills the other lanes with new hypotheses.
 *
 * All are remembered before anything is done with them. What was left unfinished and cannot go on, because the
 * version it was written for is live no more or because the process ended in the middle of its test, is recorded
 * with that reason.
 */
export class ProposeNode extends ContractNode<typeof AnalysisGateOutcome, typeof Proposals> {
  readonly #options: ProposeOptions;

  constructor(options: ProposeOptions) {
    super("ProposeHypotheses", { input: AnalysisGateOutcome, output: Proposals });
    this.#options = options;
  }

  protected override async work(analysis: AnalysisGateOutcome, context: NodeContext): Promise<Proposals> {
    const { generator, lanes, memory } = this.#options;
    const { baseline, note } = cycleOf(context.state);
    const carried = (await this.#unfinished(baseline.spec.id, baseline.versionId)).slice(0, lanes);
    for (const { hypothesisId } of carried) note("generation", "taken up again", hypothesisId);
    const isFull = carried.length === lanes || analysis.report === undefined;
    const made = isFull
      ? undefined
      : await generator.process({ report: analysis.report, baselineSpec: baseline.spec }, context);
    const fresh = (made?.hypotheses ?? []).slice(0, lanes - carried.length);
    for (const hypothesis of fresh) {
      await memory.storeHypothesis(hypothesis);
      note("generation", hypothesis.rationale, hypothesis.hypothesisId);
    }
    if (carried.length + fresh.length === 0) {
      note("generation", `no hypothesis stands; ${made?.dropped.length ?? 0} proposals were dropped`);
    }
    return { hypotheses: [...carried, ...fresh], baselineSpec: baseline.spec };
  }

  async #unfinished(graphId: string, versionId: string): Promise<readonly ImprovementHypothesis[]> {
    const { memory, autoDeploy } = this.#options;
    const all = await memory.queryHypotheses({ graphId, limit: mostRemembered });
    const carried: ImprovementHypothesis[] = [];
    for (const experience of all) {
      const state = unfinishedState(experience, autoDeploy);
      if (state === undefined) continue;
      const reason = hindrance(experience, versionId, state);
      if (reason === undefined) carried.push(hypothesisOf(experience));
      else await this.#giveUp(experience, reason);
    }
    return carried.reverse();
  }

  async #giveUp({ hypothesisId }: Experience, reason: string): Promise<void> {
    await this.#options.memory.updateDeploymentOutcome({
      hypothesisId,
      deployed: false,
      outcome: { status: "aborted", failureReason: reason, phase: "generation" },
      lessons: [],
      patterns: [],
    });
  }
}

type Unfinished = "waiting" | "testing" | "tested";

/** How far a hypothesis without an ending has come. */
function unfinishedState({ status }: Experience, autoDeploy: boolean): Unfinished | undefined {
  if (status === "proposed" || status === "test_pending") return "waiting";
  if (status === "test_running") return "testing";
  return status === "test_passed" && autoDeploy ? "tested" : undefined;
}

function hindrance(
  { graphVersionBaseline }: Experience,
  versionId: string,
  state: Unfinished,
): string | undefined {
  if (state === "testing") return "the process ended in the middle of its test";
  if (graphVersionBaseline === versionId) return undefined;
  return `it was written for version ${graphVersionBaseline}, which is live no more`;
}
