export {
  type SyntheticGraph,
  syntheticGraph,
  type SyntheticNode,
  syntheticRuns,
  type SyntheticRunsOptions,
  worsen,
} from "./testing/synthetic-runs.ts";
