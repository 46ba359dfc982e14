export { MemoryLog } from "./testing/memory-log.ts";
export { production, type ProductionOptions, proposal } from "./testing/production.ts";
export {
  type SyntheticGraph,
  syntheticGraph,
  type SyntheticNode,
  syntheticRuns,
  type SyntheticRunsOptions,
  worsen,
} from "./testing/synthetic-runs.ts";
