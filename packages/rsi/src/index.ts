export { type Contract, ContractNode } from "./contract-node.ts";
export {
  CaseToReview,
  HypothesisCase,
  IncomingCase,
  ReviewedCase,
  TestedCase,
  ValidatedCase,
} from "./hypothesis-case.ts";
export { AnalyzerConfig, type AnalyzerConfigInput } from "./analysis/analyzer-config.ts";
export { type AnalysisSubject, analyzeRuns, hasIssues } from "./analysis/analyze-runs.ts";
export { criticalPath, type Parents, parentsIn } from "./analysis/critical-path.ts";
export { handledFailure } from "./analysis/failure-patterns.ts";
export {
  Analysis,
  AnalysisRequest,
  PerformanceAnalyzerNode,
  type RunSource,
} from "./analysis/performance-analyzer-node.ts";
export { ValidatorConfig, type ValidatorConfigInput } from "./validation/validator-config.ts";
export { type ValidationSubject } from "./validation/validation-subject.ts";
export { validateChange } from "./validation/validate-change.ts";
export { ChangeValidatorNode } from "./validation/change-validator-node.ts";
export { HumanReviewConfig, type HumanReviewConfigInput } from "./review/review-config.ts";
export { ReviewOutcome } from "./review/review-outcome.ts";
export {
  type Answer,
  approveReview,
  type DeskAnswer,
  pendingReviews,
  rejectReview,
  type ReviewDesk,
} from "./review/review-desk.ts";
export { printReview } from "./review/review-text.ts";
export { HumanReviewNode, type HumanReviewOptions } from "./review/human-review-node.ts";
export { Measure, SuccessCriteria, TrialConfig, type TrialConfigInput } from "./trial/trial-config.ts";
export { type ArmRun, type RunPair, type TrialArm } from "./trial/arm-run.ts";
export { type MeasuredPair } from "./trial/measured-values.ts";
export { MeasureEvidence, type Question } from "./trial/measure-evidence.ts";
export { scaleFrom, type TrialScale } from "./trial/trial-scale.ts";
export { type Decision, PairedComparison } from "./trial/paired-comparison.ts";
export { differenceInterval } from "./trial/difference-interval.ts";
export { runTrial, type Trial, type TrialSetting } from "./trial/run-trial.ts";
export { reportTrial, type TrialReport } from "./trial/trial-report.ts";
export { type StandIn, type StandIns } from "./trial/isolated-registry.ts";
export {
  CaseToTest,
  HypothesisTesterNode,
  type HypothesisTesterOptions,
  type Scorer,
} from "./trial/hypothesis-tester-node.ts";
export { gateOutcome } from "./gates/gate-outcome.ts";
export { AnalysisGate, analysisGate, AnalysisGateOutcome } from "./gates/analysis-gate.ts";
export {
  ReviewGate,
  reviewGate,
  ReviewGateOutcome,
  TestGate,
  testGate,
  TestGateOutcome,
  ValidationGate,
  validationGate,
  ValidationGateOutcome,
} from "./gates/case-gates.ts";
