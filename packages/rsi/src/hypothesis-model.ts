import { type GraphVersion, JsonObject, type NodeRegistry, type RunRecord } from "@spark/graph";
import {
  Change,
  type DiagnosticReport,
  ExpectedImprovement,
  type Experience,
  type ExtractedPattern,
  HypothesisType,
} from "@spark/rsi-model";
import { z } from "zod";

/** An improvement as a model proposes it. It comes from outside: nothing in it is believed before it is checked. */
export const HypothesisProposal = z
  .strictObject({
    hypothesisType: HypothesisType,
    /** Id of the node it is about, where it is about one. */
    targetNode: z.string().min(1).exactOptional(),
    rationale: z.string().min(1).describe("Why this should help, from the evidence, in one or two sentences"),
    expectedImprovement: ExpectedImprovement.prefault({}),
    changes: z.array(Change).min(1).readonly(),
    riskFactors: z.array(z.string()).readonly().default([]),
    /** What it was derived from; kept with the hypothesis, and the context of what is learned from it. */
    evidence: JsonObject.default({}),
    /** How likely and how much it is expected to help, 0 to 1; the order in which proposals are taken. */
    promise: z.number().min(0).max(1).default(0.5).describe("How likely and how much it helps, 0 to 1"),
  })
  .readonly();
export type HypothesisProposal = z.infer<typeof HypothesisProposal>;
export type HypothesisProposalInput = z.input<typeof HypothesisProposal>;

/** All a model may look at. */
export interface ProposalRequest {
  readonly report: DiagnosticReport;
  /** The version that is to be improved. */
  readonly baseline: GraphVersion;
  readonly registry: NodeRegistry;
  /** The runs the report was made of; empty where only the report is known. */
  readonly runs: readonly RunRecord[];
  readonly patterns: readonly ExtractedPattern[];
  /** What was proposed for this graph before, newest first. */
  readonly tried: readonly Experience[];
  /** Types that are wanted, the most promising first. */
  readonly hypothesisTypes: readonly HypothesisType[];
  /** More than that are not looked at. */
  readonly maxProposals: number;
  readonly signal: AbortSignal;
}

/** Where ideas come from. What it gives is checked, so it may be anything. */
export interface HypothesisModel {
  /** Kept with each hypothesis as its author. */
  readonly name: string;
  propose(request: ProposalRequest): Promise<readonly unknown[]>;
}
