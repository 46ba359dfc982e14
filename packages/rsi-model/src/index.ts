export {
  Change,
  type ChangeType,
  EdgeAdd,
  EdgeBatchModifications,
  EdgeModification,
  EdgeModify,
  EdgeRemove,
  EdgeUpdates,
  MergeStrategy,
  NodeAdd,
  NodeConfigUpdate,
  NodeRemove,
  NodeReplacement,
  Parallelization,
} from "./change.ts";
export {
  ExpectedImprovement,
  HypothesisType,
  ImprovementHypothesis,
  type ImprovementHypothesisInput,
  Proposal,
  RiskLevel,
} from "./hypothesis.ts";
export {
  ComparisonResult,
  TestMetrics,
  TestResult,
  type TestResultInput,
  TestStatus,
} from "./test-result.ts";
export { ValidationResult, ValidationViolation } from "./validation.ts";
export {
  ReviewDecided,
  ReviewDecision,
  type ReviewDecisionInput,
  ReviewExpired,
  ReviewPending,
  ReviewRequest,
  type ReviewStatus,
  decideReview,
  expireReview,
} from "./review.ts";
export {
  DeploymentAborted,
  DeploymentCompleted,
  type DeploymentEnded,
  type DeploymentEnding,
  DeploymentFailed,
  DeploymentInProgress,
  DeploymentRecord,
  DeploymentRejected,
  DeploymentRolledBack,
  type DeploymentStatus,
  abort,
  complete,
  fail,
  rollBack,
} from "./deployment.ts";
export {
  DeploymentEvent,
  type DeploymentEventOf,
  type DeploymentEventType,
  type LoggedDeploymentEvent,
} from "./deployment-event.ts";
export {
  type DeploymentState,
  type EndedDeployment,
  type OpenDeployment,
  type StageState,
  applyDeploymentEvent,
  foldDeployment,
} from "./deployment-state.ts";
export {
  Lease,
  type LeaseAnswer,
  LeaseClaim,
  leaseHeld,
  type LeaseRenewal,
  refuseStale,
  renewLease,
  takeLease,
} from "./lease.ts";
export { DeploymentOutcome, mergeOutcomes, readOutcome } from "./outcome.ts";
export {
  Experience,
  ExperienceStatus,
  type OutcomeReport,
  hasFailed,
  hasSucceeded,
  hypothesisOf,
  proposalOf,
  remember,
  withOutcome,
  withTestResult,
} from "./experience.ts";
export {
  ExtractedPattern,
  Pattern,
  PatternDefinition,
  type PatternDefinitionInput,
  PatternType,
  expectedPatternSuccessRate,
  patternSuccessRate,
} from "./pattern.ts";
export { VersionRecord, type VersionRecordInput } from "./version-record.ts";
export {
  AnalysisPeriod,
  Bottleneck,
  DiagnosticReport,
  FailurePattern,
  NodeMetrics,
  PerformanceSummary,
  Severity,
} from "./report.ts";
export { readSparkHypothesis, writeSparkHypothesis } from "./spark-hypothesis.ts";
export { readSparkTestResult, writeSparkTestResult } from "./spark-test-result.ts";
export { readSparkDeploymentRecord, writeSparkDeploymentRecord } from "./spark-deployment.ts";
