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
export {
  HypothesisProposal,
  type HypothesisModel,
  type HypothesisProposalInput,
  type ProposalRequest,
} from "./hypothesis-model.ts";
export {
  Generation,
  GenerationRequest,
  HypothesisGeneratorNode,
  type HypothesisGeneratorOptions,
} from "./hypothesis-generator-node.ts";
export {
  type AcceptanceTerms,
  type AcceptedProposal,
  acceptProposals,
  DroppedProposal,
} from "./accept-proposals.ts";
export { ruledOut } from "./tried-before.ts";
export { heuristicModel, heuristicRules } from "./heuristic/heuristic-model.ts";
export { type HeuristicRule, type NodeSituation, type Situation } from "./heuristic/situation.ts";
export { Objective, ParameterHints } from "./heuristic/config-parameters.ts";
export { ChangeContext } from "./patterns/change-context.ts";
export { type ExtractionOptions, extractPatterns } from "./patterns/extract-patterns.ts";
export { priorityScore, recommendationsFor, shouldAvoid } from "./patterns/pattern-priority.ts";
export {
  PatternExtractor,
  type PatternExtractorOptions,
  type PatternSource,
} from "./patterns/pattern-extractor.ts";
export { PatternExtractorNode, PatternReport, PatternRequest } from "./patterns/pattern-extractor-node.ts";
export { OptimizationObjectives, type OptimizationObjectivesInput } from "./ranking/objectives.ts";
export { type Effects } from "./ranking/effects.ts";
export { type MultiObjectiveScore, scoreResult } from "./ranking/score.ts";
export {
  type ParetoFrontier,
  paretoFrontier,
  type RankedHypothesis,
  rankHypotheses,
  type TestedHypothesis,
} from "./ranking/rank.ts";
export { compareSpecs, type DiffLayout, type SpecComparison } from "./graph-diff/spec-comparison.ts";
export { type DiffFormat, formatDiff } from "./graph-diff/format-diff.ts";
export { checkContracts, type ContractFault } from "./contracts/check-contracts.ts";
export {
  readMetaGraphConfig,
  RSIMetaGraphConfig,
  type RSIMetaGraphConfigInput,
} from "./meta-graph/meta-graph-config.ts";
export { Phase, type PhaseNote } from "./meta-graph/cycle.ts";
export { type LoopMemory, type LoopRecorder } from "./meta-graph/loop-memory.ts";
export { type CycleDeployment, type DeploymentPort } from "./meta-graph/deploy-node.ts";
export { type PatternStatistics } from "./meta-graph/learn-node.ts";
export { type CycleResult, type HypothesisOutcome } from "./meta-graph/cycle-result.ts";
export { type LoopDatabase, type RSIMetaGraphOptions } from "./meta-graph/meta-graph-options.ts";
export { type ContinuousOptions, RSIMetaGraph } from "./meta-graph/rsi-meta-graph.ts";
