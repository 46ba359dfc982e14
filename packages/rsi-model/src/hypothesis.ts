import { JsonObject } from "@spark/graph";
import { z } from "zod";
import { Change } from "./change.ts";

/** What kind of improvement a hypothesis is about. */
export const HypothesisType = z.enum([
  "prompt_optimization",
  "node_replacement",
  "edge_modification",
  "parallelization",
  "parameter_tuning",
  "tool_addition",
  "caching",
  "custom",
]);
export type HypothesisType = z.infer<typeof HypothesisType>;

/** How much harm a change could do. */
export const RiskLevel = z.enum(["low", "medium", "high", "critical"]);
export type RiskLevel = z.infer<typeof RiskLevel>;

/** What the author of a hypothesis expects. Zero means no change expected. */
export const ExpectedImprovement = z
  .strictObject({
    /** Difference of success rates as a fraction; positive is better. */
    successRateDelta: z.number().default(0),
    /** Difference of mean latency in seconds; negative is better. */
    latencyDelta: z.number().default(0),
    /** Relative difference of cost as a fraction; negative is better. */
    costDelta: z.number().default(0),
    /** Difference of mean quality; positive is better. */
    qualityDelta: z.number().exactOptional(),
    /** Keys of a document that this version does not know; kept. */
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type ExpectedImprovement = z.infer<typeof ExpectedImprovement>;

const proposal = {
  rationale: z.string().default(""),
  diagnosticEvidence: JsonObject.default({}),
  expectedImprovement: ExpectedImprovement.prefault({}),
  changes: z.array(Change).readonly().default([]),
  riskLevel: RiskLevel.default("medium"),
  riskFactors: z.array(z.string()).readonly().default([]),
  createdAt: z.iso.datetime({ offset: true }).exactOptional(),
  createdBy: z.string().default("rsi_system"),
  /** Keys of a document that this version does not know; kept. */
  extra: JsonObject.exactOptional(),
};

/** What a hypothesis proposes and why, without what it is about. */
export const Proposal = z.strictObject(proposal).readonly();
export type Proposal = z.infer<typeof Proposal>;

/** A proposed improvement of one version of one graph: what to change, and why it should help. */
export const ImprovementHypothesis = z
  .strictObject({
    hypothesisId: z.string().min(1),
    graphId: z.string().min(1),
    /** `versionId` or label of the version it was written for. */
    graphVersionBaseline: z.string().min(1),
    hypothesisType: HypothesisType,
    targetNode: z.string().exactOptional(),
    ...proposal,
  })
  .readonly();
export type ImprovementHypothesis = z.infer<typeof ImprovementHypothesis>;

/** A hypothesis as a person writes it: what has a default may be left out. */
export type ImprovementHypothesisInput = z.input<typeof ImprovementHypothesis>;
