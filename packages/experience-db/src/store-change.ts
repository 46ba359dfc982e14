import type {
  DeploymentOutcome,
  ImprovementHypothesis,
  Lease,
  LoggedDeploymentEvent,
  PatternDefinition,
  ReviewRequest,
  TestResult,
  VersionRecord,
} from "@spark/rsi-model";

/**
 * One change of what is remembered, as JSON: what a store keeps, in order. Times are milliseconds since the
 * Unix epoch.
 */
export type StoreChange =
  | { readonly type: "hypothesis_stored"; readonly at: number; readonly hypothesis: ImprovementHypothesis }
  | {
      readonly type: "test_results_updated";
      readonly at: number;
      readonly hypothesisId: string;
      readonly testResult: TestResult;
      readonly lessons?: readonly string[];
    }
  | {
      readonly type: "deployment_outcome_updated";
      readonly at: number;
      readonly hypothesisId: string;
      readonly deployed: boolean;
      readonly outcome: DeploymentOutcome;
      readonly lessons: readonly string[];
      readonly patterns: readonly string[];
    }
  | { readonly type: "pattern_stored"; readonly at: number; readonly pattern: PatternDefinition }
  | {
      readonly type: "pattern_used";
      readonly at: number;
      readonly patternId: string;
      readonly success: boolean;
    }
  | { readonly type: "deployment_event"; readonly event: LoggedDeploymentEvent }
  | { readonly type: "lease_taken"; readonly lease: Lease }
  | { readonly type: "version_stored"; readonly at: number; readonly version: VersionRecord }
  | { readonly type: "versions_pruned"; readonly at: number; readonly versionIds: readonly string[] }
  | { readonly type: "review_stored"; readonly at: number; readonly review: ReviewRequest };
