import type { Clock, Ids, LiveGraph, NodeRegistry } from "@spark/graph";
import type { DeploymentConfig } from "@spark/rsi-deploy";
import type { HypothesisModel } from "../hypothesis-model.ts";
import type { HumanReviewOptions } from "../review/human-review-node.ts";
import type { ReviewDesk } from "../review/review-desk.ts";
import type { HypothesisTesterOptions } from "../trial/hypothesis-tester-node.ts";
import type { PhaseNote } from "./cycle.ts";
import type { DeploymentPort } from "./deploy-node.ts";
import type { PatternStatistics } from "./learn-node.ts";
import type { LoopMemory } from "./loop-memory.ts";
import type { RSIMetaGraphConfigInput } from "./meta-graph-config.ts";

/** Everything the loop remembers with. `ExperienceDatabase` satisfies it. */
export type LoopDatabase = LoopMemory & PatternStatistics & ReviewDesk;

/** What a meta-graph is made from. */
export interface RSIMetaGraphOptions {
  readonly config: RSIMetaGraphConfigInput;
  /** The node types of the graph that is improved. */
  readonly registry: NodeRegistry;
  /** Open already (`initialize`). */
  readonly experienceDb: LoopDatabase;
  /** What hypotheses are tested on, and how their outputs are scored. */
  readonly testing: Pick<HypothesisTesterOptions, "testInputs" | "scorer" | "standIns" | "build">;
  /** The graph that is improved; its runs count from now on. Else it comes with the first `run`. */
  readonly targetGraph?: LiveGraph<never>;
  /** Where ideas come from. @default heuristicModel() */
  readonly model?: HypothesisModel;
  /** Told of every new review request. */
  readonly notify?: HumanReviewOptions["notify"];
  /** Makes what deploys. @default a DeploymentControllerNode of its own for each target */
  readonly controller?: (target: LiveGraph<never>, config: DeploymentConfig) => DeploymentPort;
  /** Told of everything that happens, while it happens. */
  readonly onPhase?: (note: PhaseNote) => void;
  readonly clock?: Clock;
  readonly ids?: Ids;
}
