import type { GraphVersion } from "@spark/graph";
import { SparkError } from "@spark/graph";
import { z } from "zod";

/** The stations of the loop, in their order. */
export const Phase = z.enum([
  "analysis",
  "generation",
  "validation",
  "review",
  "testing",
  "ranking",
  "deployment",
  "learning",
]);
export type Phase = z.infer<typeof Phase>;

/** One thing that happened in one phase. */
export interface PhaseNote {
  readonly phase: Phase;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Where the phase was about one hypothesis. */
  readonly hypothesisId?: string;
  readonly summary: string;
}

/** What all stations of one cycle know of it. Lives in the state of the meta-graph's run. */
export interface Cycle {
  readonly baseline: GraphVersion;
  note(phase: Phase, summary: string, hypothesisId?: string): void;
}

const key = "cycle";

/** Makes the cycle known to the stations of this run. */
export function beginCycle(state: Record<string, unknown>, cycle: Cycle): void {
  state[key] = cycle;
}

/** The cycle that this run is. */
export function cycleOf(state: Readonly<Record<string, unknown>>): Cycle {
  const cycle = state[key];
  if (cycle !== undefined) return cycle as Cycle;
  throw new SparkError(
    "illegal_state",
    "This node works inside a cycle of the meta-graph only; use RSIMetaGraph.",
  );
}
