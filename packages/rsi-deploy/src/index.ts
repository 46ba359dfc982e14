export { type Applied, ChangeApplicator, type Changes } from "./change-applicator.ts";
export { type ChangeFault, printFault } from "./change-fault.ts";
export { type ConfigValidator } from "./candidate-soundness.ts";
export { parseConfigPath, printConfigPath, type ParsedPath } from "./config-path.ts";
export { diffSpecs, invertDiff, isEmptyDiff, SpecDiff } from "./spec-diff.ts";
export { applyDiff } from "./apply-diff.ts";
export { printDiff, summarizeDiff } from "./diff-text.ts";
export { type ListDiff } from "./list-diff.ts";
export { ValueChange } from "./value-diff.ts";
export { DeploymentControllerNode, type RetryResult } from "./controller-node.ts";
export { type DeploymentControllerOptions } from "./controller-options.ts";
export { type ReturnResult } from "./return-to-version.ts";
export { DeploymentConfig, type DeploymentConfigInput, readDeploymentConfig } from "./deployment-config.ts";
export { Approver } from "./approver.ts";
export { GateStage, MirrorStage, PreviewStage, Stage, WatchStage } from "./stage.ts";
export { type GateAnswer, type GateFunction, type GateQuestion } from "./gates/gate-question.ts";
export {
  type ComparedPair,
  comparePair,
  type Comparator,
  type PairClass,
  withinTolerance,
} from "./shadow/compare-pair.ts";
export { ShadowReport } from "./shadow/shadow-report.ts";
export { stagesOf } from "./strategies.ts";
export { Approval } from "./approval.ts";
export { DeploymentRequest, type DeploymentRequestInput } from "./steps/validate.ts";
export {
  type DeploymentFailure,
  type DeploymentResult,
  type DeploymentSuccess,
  type MonitoringStatus,
} from "./deployment-result.ts";
export { type ProgressEvent } from "./progress.ts";
export { type CommandResult } from "./command.ts";
export { Blame, Verdict, VerdictKind } from "./verdict.ts";
export { type BlameOptions, blameNodes } from "./blame/blame-nodes.ts";
export { EvidenceReading, GuardReading, Severity, Side } from "./guards/guard-reading.ts";
export { GuardSetup } from "./guards/guard-setup.ts";
export { GuardTest } from "./guards/guard-test.ts";
export { type UserGuard, type UserQuantileGuard, type UserRateGuard } from "./guards/user-guard.ts";
export { type BothUnhealthy } from "./guards/both-unhealthy.ts";
export { explainReading } from "./explain.ts";
export {
  type DeploymentLease,
  type DeploymentLog,
  type OutcomeRecorder,
  type VersionStore,
} from "./ports.ts";
export { type RecoveredDeployment } from "./recover-deployment.ts";
export {
  BaselineForecast,
  type BaselineForecastInput,
  TrafficForecast,
  type TrafficForecastInput,
} from "./plan/forecast.ts";
export {
  type DeploymentPlan,
  type OtherStagePlan,
  plan,
  type StagePlan,
  type WatchedStagePlan,
} from "./plan/plan.ts";
export { type Outlook, type Sighting } from "./plan/outlook.ts";
export { type PlanWarning } from "./plan/plan-warnings.ts";
export { type RuleOdds } from "./plan/threshold-odds.ts";
export { printPlan } from "./plan/print-plan.ts";
