import type { GraphVersion } from "@spark/graph";
import type { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import type { Approval } from "./approval.ts";
import type { Baseline } from "./baseline.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import type { GuardSetup } from "./guards/guard-setup.ts";
import type { SpecDiff } from "./spec-diff.ts";
import type { Stage } from "./stage.ts";

/** Everything about a deployment that is settled before it starts and never changes after. */
export interface Rollout {
  readonly deploymentId: string;
  readonly hypothesis: ImprovementHypothesis;
  readonly testResult: TestResult;
  readonly approval?: Approval;
  readonly baseline: GraphVersion;
  readonly candidate: GraphVersion;
  readonly diff: SpecDiff;
  readonly config: DeploymentConfig;
  readonly stages: readonly Stage[];
  /** Salt of the sticky buckets: another one for each deployment. */
  readonly salt: string;
  readonly baselineBefore: Baseline | undefined;
  /** What the guards rest on; nothing to fix in `threshold` mode. */
  readonly setup: GuardSetup | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
}
