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
  RiskLevel,
} from "./hypothesis.ts";
export {
  ComparisonResult,
  TestMetrics,
  TestResult,
  type TestResultInput,
  TestStatus,
} from "./test-result.ts";
