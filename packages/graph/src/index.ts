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
export { type GraphVersion } from "./version.ts";
export { TrafficPlan, plannedVersions } from "./traffic-plan.ts";
export { type Arm, type NodeRun, type RunError, type RunRecord } from "./run-record.ts";
