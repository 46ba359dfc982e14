import type { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import type { PatternSource } from "../patterns/pattern-extractor.ts";

/** What the loop keeps as it goes, so that every ending is remembered and a killed process goes on. */
export interface LoopRecorder {
  storeHypothesis(hypothesis: ImprovementHypothesis): Promise<unknown>;
  updateTestResults(report: {
    readonly hypothesisId: string;
    readonly testResult: TestResult;
    readonly lessons?: readonly string[];
  }): Promise<unknown>;
  updateDeploymentOutcome(report: {
    readonly hypothesisId: string;
    readonly deployed: boolean;
    readonly outcome: unknown;
    readonly lessons: readonly string[];
    readonly patterns: readonly string[];
  }): Promise<unknown>;
}

/** What the loop keeps and looks up. `ExperienceDatabase` satisfies it. */
export type LoopMemory = LoopRecorder & PatternSource;
