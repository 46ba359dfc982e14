import { Metrics } from "@spark/telemetry";
import { z } from "zod";
import { GuardReading } from "./guards/guard-reading.ts";
import { ShadowReport } from "./shadow/shadow-report.ts";

/**
 * What is thought of the candidate at one moment.
 *
 * - `healthy`: enough runs were seen and no guard tripped
 * - `safe`: moreover it is shown, as surely as harm would have to be, that it keeps within its margin
 * - `insufficient`: too few runs were seen to say anything; no evidence is not health
 * - `breach`: a guard tripped
 */
export const VerdictKind = z.enum(["healthy", "safe", "insufficient", "breach"]);
export type VerdictKind = z.infer<typeof VerdictKind>;

/** A node under suspicion after a breach. */
export const Blame = z
  .strictObject({
    nodeId: z.string(),
    /** True where the hypothesis changed this very node. */
    changed: z.boolean(),
    because: z.string(),
    /** Natural logarithm of the evidence against the node. */
    logEvidence: z.number(),
    exampleRunIds: z.array(z.string()).readonly(),
  })
  .readonly();
export type Blame = z.infer<typeof Blame>;

/** A verdict with everything it rests on. Times are milliseconds since the Unix epoch. */
export const Verdict = z
  .strictObject({
    kind: VerdictKind,
    at: z.number(),
    stage: z.strictObject({ index: z.int(), name: z.string() }),
    /** From the stage's start to now. */
    window: z.strictObject({ startedAt: z.number(), endedAt: z.number() }),
    /** Runs that ended in this stage. */
    runs: z.strictObject({ baseline: z.int(), candidate: z.int() }),
    /** Runs of the candidate the stage needs. */
    minimumRuns: z.int(),
    /** True where the baseline alongside is shown to be below the success floor as well. */
    bothUnhealthy: z.literal(true).exactOptional(),
    /** Then: the version that is to serve all until a person decides. */
    better: z.enum(["baseline", "candidate"]).exactOptional(),
    /** In words: why, each with metric, both values, counts, limit and evidence. */
    reasons: z.array(z.string()).readonly(),
    readings: z.array(GuardReading).readonly(),
    baselineMetrics: Metrics.exactOptional(),
    candidateMetrics: Metrics,
    evidence: z.strictObject({ log: z.number(), required: z.number() }).exactOptional(),
    safety: z
      .strictObject({
        shown: z.boolean(),
        ratio: z.strictObject({ lower: z.number(), upper: z.number().exactOptional() }),
        confidence: z.number(),
      })
      .exactOptional(),
    blame: z.array(Blame).readonly().exactOptional(),
    /** What a mirror stage has compared. */
    shadow: ShadowReport.exactOptional(),
  })
  .readonly();
export type Verdict = z.infer<typeof Verdict>;
