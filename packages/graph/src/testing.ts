export { ManualClock } from "./testing/manual-clock.ts";
export { sequentialIds } from "./testing/sequential-ids.ts";
