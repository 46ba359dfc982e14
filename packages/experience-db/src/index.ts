export { ExperienceDatabase } from "./experience-database.ts";
export {
  type DeploymentOutcomeUpdate,
  type HypothesisWithProposal,
  type PatternUse,
  type VersionPruning,
} from "./write-inputs.ts";
export { type ExperienceQuery, type LessonQuery, type PatternQuery } from "./query-options.ts";
export { type FailedPattern, type SuccessfulPattern } from "./lessons.ts";
export { type ExperienceStats } from "./experience-stats.ts";
export { type ReviewAnswer } from "./review-desk.ts";
export { type Store } from "./store.ts";
export { type StoreChange } from "./store-change.ts";
export { ExperienceState } from "./experience-state.ts";
export { memoryStore } from "./memory-store.ts";
