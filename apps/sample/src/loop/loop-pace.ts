import type { RSIMetaGraphConfigInput } from "@spark/rsi";
import { limits } from "../chapters.ts";
import { type CyclePlan, cyclePlans } from "./cycle-plan.ts";

/** How fast the loop is shown, and what it may do. */
export interface LoopPace {
  readonly ratePerSecond: number;
  /**
   * Mails under way at once. A run keeps the processor busy: more would only wait for each other, and a step that waits
   * looks slow.
   */
  readonly maxInFlight: number;
  readonly cycles: readonly CyclePlan[];
  /** Runs before each cycle, for the analysis. A number, not a time: a busy machine then sees the same mails. */
  readonly runsToAnalyze: number;
  readonly loop: Omit<RSIMetaGraphConfigInput, "graphId">;
}

/**
 * Stages are short so that the story is; how canaries decide is as by default. Traffic goes on during tests.
 *
 * The same seed is to give the same decisions although times are real. So a test may take many pairs, a version
 * counts as faster only from a twentieth on, and as slower, as in the other stories, from half as much again: what is
 * left to chance by the clock is far from either.
 *
 * Deliveries are the one act on the world of this graph; nothing may change them.
 */
export const loopPace: LoopPace = {
  ratePerSecond: 160,
  maxInFlight: 1,
  cycles: cyclePlans,
  runsToAnalyze: 500,
  loop: {
    maxHypotheses: 3,
    hypothesisTypes: ["parameter_tuning", "node_replacement", "custom"],
    validation: { protectedNodes: ["inbox", "spam", "review"] },
    testing: {
      maxPairs: 3_000,
      minPairs: 100,
      warmupPairs: 100,
      successCriteria: {
        minLatencyReduction: 0.05,
        maxLatencyIncrease: limits.maxLatencyMultiplier - 1,
      },
    },
    deployment: {
      ...limits,
      strategy: "canary",
      canaryStages: [0.25, 0.5, 1],
      monitoringDurationSeconds: 3,
      monitoringIntervalSeconds: 1,
    },
  },
};
