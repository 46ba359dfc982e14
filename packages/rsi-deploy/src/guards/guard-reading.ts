import { z } from "zod";

/** What a guard's breach does: take the candidate back, keep the stage from ending, or only say so. */
export const Severity = z.enum(["rollback", "hold", "warn"]);
export type Severity = z.infer<typeof Severity>;

/** What one side showed: a rate or a measurement, and the counts behind it. */
export const Side = z
  .strictObject({
    /** In the guard's unit; absent where nothing was seen. */
    value: z.number().exactOptional(),
    /** How often it happened: failures, slow runs. */
    hits: z.int().nonnegative().exactOptional(),
    runs: z.int().nonnegative(),
  })
  .readonly();
export type Side = z.infer<typeof Side>;

/** How sure a guard is, in a way that may be looked at any time. */
export const EvidenceReading = z
  .strictObject({
    /** Natural logarithm of the evidence against the candidate. */
    log: z.number(),
    /** What it must reach; for the guards together, weighted by `weight`. */
    required: z.number(),
    /** This guard's part of the common budget. */
    weight: z.number(),
  })
  .readonly();
export type EvidenceReading = z.infer<typeof EvidenceReading>;

/** What one guard says at one moment. */
export const GuardReading = z
  .strictObject({
    /** `error_rate`, `success_rate`, `p50_latency`, `p95_latency`, `avg_latency`, `consecutive_failures`, `cost`, `quality`, `sample_ratio`, or the name of a user's guard. */
    guard: z.string(),
    severity: Severity,
    /** False where it cannot speak; `notArmed` says why. It is never silently left out. */
    armed: z.boolean(),
    notArmed: z.string().exactOptional(),
    /** What the candidate is compared with: the baseline at the same time, before, or a fixed limit. */
    comparedWith: z.enum(["alongside", "before", "test", "limit"]),
    unit: z.enum(["share", "seconds", "runs", "value"]),
    /** The value of the candidate at which the guard trips, or which it tests against. */
    limit: z.number().exactOptional(),
    baseline: Side,
    candidate: Side,
    evidence: EvidenceReading.exactOptional(),
    /** Runs a guard could not read, and what went wrong with the first of them. */
    unread: z.strictObject({ runs: z.int().positive(), because: z.string() }).exactOptional(),
    breached: z.boolean(),
  })
  .readonly();
export type GuardReading = z.infer<typeof GuardReading>;
