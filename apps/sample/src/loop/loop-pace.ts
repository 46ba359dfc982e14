import type { RSIMetaGraphConfigInput } from "@spark/rsi";

/** How fast the loop is shown, and what it may do. */
export interface LoopPace {
  readonly ratePerSecond: number;
  /** Mails under way at once. A run keeps the processor busy, so more would only wait for each other. */
  readonly maxInFlight: number;
  readonly cycles: number;
  /** Traffic before each cycle, for the analysis. */
  readonly trafficSeconds: number;
  readonly loop: Omit<RSIMetaGraphConfigInput, "graphId">;
}

/**
 * Stages and tests are short so that the story is; how tests and canaries decide is as by default. Traffic goes on
 * during tests, and slows both arms down alike.
 *
 * Deliveries are the one act on the world of this graph; nothing may change them.
 */
export const loopPace: LoopPace = {
  ratePerSecond: 80,
  maxInFlight: 3,
  cycles: 3,
  trafficSeconds: 5,
  loop: {
    maxHypotheses: 3,
    hypothesisTypes: ["parameter_tuning", "node_replacement", "custom"],
    validation: { protectedNodes: ["inbox", "spam", "review"] },
    testing: { maxPairs: 600 },
    deployment: {
      strategy: "canary",
      canaryStages: [0.25, 0.5, 1],
      monitoringDurationSeconds: 3,
      monitoringIntervalSeconds: 1,
    },
  },
};
