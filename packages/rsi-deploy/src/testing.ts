export { LeasedLog } from "./testing/leased-log.ts";
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
export { type Conduct } from "./testing/conduct.ts";
export { type KeyShape, type TrafficShape } from "./testing/simulated-traffic.ts";
export {
  type SimulatedDeployment,
  simulateDeployment,
  type SimulationOptions,
} from "./testing/simulate-deployment.ts";
export { type PanelOutcome, simulatePanel, type PanelSimulationOptions } from "./testing/simulate-panel.ts";
export { VirtualClock } from "./testing/virtual-clock.ts";
export { harmless, type Scenario } from "./testing/scenarios.ts";
