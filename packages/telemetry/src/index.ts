export { Metrics, ResourceUsage } from "./metrics.ts";
export { LatencyHistogram, edgeAtOrAbove } from "./sketch.ts";
export { LatencyHistogramJson } from "./sketch-json.ts";
export { RunTally, RunTallyJson, summarize } from "./summarize.ts";
export { every } from "./every.ts";
export { type ArmWindow, type RunWindow, type RunWindowsOptions, runWindows } from "./windows.ts";
export { RunLog, type RunQuery } from "./run-log.ts";
export {
  type EventLoopWatch,
  type ResourceMeter,
  type ResourceProbe,
  openResourceMeter,
} from "./resources.ts";
