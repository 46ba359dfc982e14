import type {
  DeploymentEvent,
  ImprovementHypothesis,
  Lease,
  LeaseAnswer,
  LeaseClaim,
  LeaseRenewal,
  OpenDeployment,
  TestResult,
  VersionRecordInput,
} from "@spark/rsi-model";

/** Where outcomes are remembered, to be learned from. `ExperienceDatabase` satisfies it. */
export interface OutcomeRecorder {
  storeHypothesis(hypothesis: ImprovementHypothesis): Promise<unknown>;
  updateTestResults(report: {
    readonly hypothesisId: string;
    readonly testResult: TestResult;
  }): Promise<unknown>;
  updateDeploymentOutcome(report: {
    readonly hypothesisId: string;
    readonly deployed: boolean;
    readonly outcome: unknown;
    readonly lessons: readonly string[];
    readonly patterns: readonly string[];
  }): Promise<unknown>;
}

/**
 * The append-only log of deployments; a deployment is the fold of its events. An append resolves once the
 * event is safe. `ExperienceDatabase` satisfies it.
 */
export interface DeploymentLog {
  appendDeploymentEvent(event: DeploymentEvent): Promise<unknown>;
  readDeployment(deploymentId: string): Promise<readonly DeploymentEvent[]>;
  openDeployments(): Promise<readonly OpenDeployment[]>;
}

/** Where versions are kept with where they come from. `ExperienceDatabase` satisfies it. */
export interface VersionStore {
  storeVersion(version: VersionRecordInput): Promise<unknown>;
}

/**
 * The right to decide about a graph's deployments, for one controller at a time. A taken lease has a token higher
 * than all before; the log refuses events that come with a lower one. `ExperienceDatabase` satisfies it.
 */
export interface DeploymentLease {
  /** The lease, or the one that stands in the way. */
  takeLease(claim: LeaseClaim): Promise<LeaseAnswer>;
  /** False where another has taken it. */
  renewLease(renewal: LeaseRenewal): Promise<boolean>;
  releaseLease(lease: Pick<Lease, "graphId" | "token">): Promise<unknown>;
}
