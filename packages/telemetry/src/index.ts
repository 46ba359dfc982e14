export { Metrics, ResourceUsage } from "./metrics.ts";
