import type { Verdict } from "../verdict.ts";

/** What a gate asks. The key is the same however often the question is put, also after a restart. */
export interface GateQuestion {
  readonly idempotencyKey: string;
  readonly deploymentId: string;
  readonly hypothesisId: string;
  readonly graphId: string;
  readonly stage: { readonly index: number; readonly name: string };
  readonly versionId: string;
  /** The verdict of the stage before, where there was one. */
  readonly verdict?: Verdict;
}

/** What came of asking. */
export interface GateAnswer {
  readonly approved: boolean;
  readonly by: string;
  readonly reason?: string;
}

/** A gate of one's own: gives a plain yes or no, or says why. A rejection leaves the gate waiting. */
export type GateFunction = (
  question: GateQuestion,
  signal: AbortSignal,
) => Promise<boolean | { readonly approved: boolean; readonly reason?: string }>;
