export { type Applied, ChangeApplicator, type Changes } from "./change-applicator.ts";
export { type ChangeFault, printFault } from "./change-fault.ts";
export { type ConfigValidator } from "./candidate-soundness.ts";
export { parseConfigPath, printConfigPath, type ParsedPath } from "./config-path.ts";
export { diffSpecs, invertDiff, isEmptyDiff, SpecDiff } from "./spec-diff.ts";
export { applyDiff } from "./apply-diff.ts";
export { printDiff, summarizeDiff } from "./diff-text.ts";
export { type ListDiff } from "./list-diff.ts";
export { ValueChange } from "./value-diff.ts";
