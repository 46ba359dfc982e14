export { SparkError, isSparkError, type SparkErrorCode } from "./spark-error.ts";
export { type Clock, sleepOn, systemClock } from "./clock.ts";
export { type Ids, type Random, seededRandom, systemRandom, uniqueIds } from "./identity.ts";
export { JsonObject, JsonValue } from "./json.ts";
export {
  BudgetSpec,
  Condition,
  ConditionSpec,
  EdgeSpec,
  GraphSpec,
  type GraphSpecInput,
  GraphStateSpec,
  NodeSpec,
  TaskSpec,
} from "./spec.ts";
export {
  type ComparisonOperator,
  type Expression,
  type Literal,
  type PathRoot,
} from "./condition/expression.ts";
export { parseExpression } from "./condition/parse-expression.ts";
export { printExpression } from "./condition/print-expression.ts";
export { type CompiledCondition, compileCondition } from "./condition/compile-condition.ts";
export { type ConditionScope } from "./condition/path-reader.ts";
export { jsonEqual } from "./json-equal.ts";
export { type SpecFault, type SpecFaultCode } from "./spec-fault.ts";
export { type Integrity, integrity } from "./integrity.ts";
export { cycles, reachableFrom, type Topology } from "./graph-walk.ts";
export { soundSpec } from "./sound-spec.ts";
export { readSparkJson, writeSparkJson } from "./spark-json.ts";
export { canonicalJson } from "./canonical-json.ts";
export { frozenCopy } from "./frozen-copy.ts";
export { type GraphVersion, type GraphVersionOptions, graphVersion } from "./version.ts";
export { type NodeDefinition, Node, defineNode } from "./node.ts";
export { type BuiltNode, NodeRegistry } from "./registry.ts";
export { NodePolicies, RetryPolicy } from "./policies.ts";
export { JoinConfig } from "./join.ts";
export { Trace } from "./trace.ts";
export { type Report } from "./run-reports.ts";
export { type NodeContext, RunContext, type RunOptions } from "./run-context.ts";
export { Graph, type GraphOptions, graphToSpec } from "./graph.ts";
export { type Runnable } from "./installed-version.ts";
export {
  LiveGraph,
  type LiveGraphOptions,
  type LiveRunOptions,
  type PlanChange,
  type PlanClaim,
} from "./live-graph.ts";
export { type RunsUnderWay } from "./runs-under-way.ts";
export { bucketOf, saltSeed } from "./bucket.ts";
export { TrafficPlan, plannedVersions } from "./traffic-plan.ts";
export { type Arm, type NodeRun, type RunError, type RunRecord } from "./run-record.ts";
export { RunRing } from "./run-ring.ts";
export { type MirrorCounts, type MirrorLimits } from "./mirror.ts";
export { isRepetition, type MirroredPair } from "./mirrored-pair.ts";
export { type NodeOutput, type ObservedRun } from "./observed-run.ts";
export { type Preference } from "./router.ts";
