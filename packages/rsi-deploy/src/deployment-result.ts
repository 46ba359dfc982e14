import type { GraphSpec } from "@spark/graph";
import type { DeploymentEnded } from "@spark/rsi-model";
import type { Metrics } from "@spark/telemetry";
import type { SpecDiff } from "./spec-diff.ts";
import type { Verdict, VerdictKind } from "./verdict.ts";

/** What watching came to: the last verdict, or that nothing was watched. */
export type MonitoringStatus = VerdictKind | "disabled" | "not_started";

interface Recorded {
  /** Whether log and database have kept the outcome; where not, `recordError` says why. */
  readonly recorded: boolean;
  readonly recordError?: string;
}

/** How far a deployment got; absent is what it did not get to. */
interface Progressed {
  readonly deploymentId: string;
  readonly strategy: string;
  /** Label of the candidate, such as `1.1.0`. */
  readonly newVersion?: string;
  readonly versionId?: string;
  readonly monitoringStatus: MonitoringStatus;
  /** Seconds between the first switch and the end. */
  readonly monitoringDuration: number;
  readonly baselineMetrics?: Metrics;
  readonly deployedMetrics?: Metrics;
  readonly modifiedSpec?: GraphSpec;
  readonly diff?: SpecDiff;
  /** One verdict a stage, the last one of each. */
  readonly verdicts: readonly Verdict[];
  readonly deploymentRecord: DeploymentEnded;
}

/** The candidate serves. */
export interface DeploymentSuccess extends Progressed, Recorded {
  readonly success: true;
  readonly status: "completed";
  readonly rolledBack: false;
  readonly newVersion: string;
  readonly versionId: string;
  readonly modifiedSpec: GraphSpec;
  readonly diff: SpecDiff;
}

/** The candidate does not serve, and why. */
export interface DeploymentFailure extends Progressed, Recorded {
  readonly success: false;
  readonly status: "rejected" | "failed" | "rolled_back" | "aborted";
  readonly error: string;
  /** True where the candidate had traffic and the baseline was put back. */
  readonly rolledBack: boolean;
  readonly rollbackReason?: string;
}

/** What `DeploymentControllerNode.run` gives. Expected outcomes are values: it does not reject for them. */
export type DeploymentResult = DeploymentSuccess | DeploymentFailure;
