import { JsonObject } from "@spark/graph";
import { Metrics } from "@spark/telemetry";
import { z } from "zod";

const id = z.string().min(1);
const time = z.iso.datetime({ offset: true });

const start = {
  deploymentId: id,
  hypothesisId: id,
  graphId: id,
  /** `versionId` of what was live before. */
  baselineVersion: id,
  /** The name of that version for people, such as `1.0.0`. */
  baselineLabel: z.string().exactOptional(),
  /** `direct`, `canary`, `shadow`, or the name of a strategy of one's own. */
  strategy: id,
  startedAt: time,
  baselineMetrics: Metrics.exactOptional(),
  /** Keys of a document that this version does not know; kept. */
  extra: JsonObject.exactOptional(),
};

const candidate = { deployedVersion: id, deployedLabel: z.string().exactOptional() };

const ending = {
  completedAt: time,
  deployedMetrics: Metrics.exactOptional(),
  /** Who or what decided: a person, a guard, the controller. */
  decidedBy: id,
  /** What the guards said, in the controller's own schema. */
  verdicts: z.array(JsonObject).readonly().default([]),
};

/** The candidate has, or is about to get, traffic. */
export const DeploymentInProgress = z
  .strictObject({ status: z.literal("in_progress"), ...start, ...candidate })
  .readonly();
export type DeploymentInProgress = z.infer<typeof DeploymentInProgress>;

/** The candidate was kept. */
export const DeploymentCompleted = z
  .strictObject({
    status: z.literal("completed"),
    ...start,
    ...candidate,
    ...ending,
    /** A breach that was seen and left standing, because rollback was switched off. */
    breachReason: z.string().exactOptional(),
  })
  .readonly();
export type DeploymentCompleted = z.infer<typeof DeploymentCompleted>;

/** The baseline was put back, because the candidate did harm or did not prove itself. */
export const DeploymentRolledBack = z
  .strictObject({ status: z.literal("rolled_back"), ...start, ...candidate, ...ending, rollbackReason: id })
  .readonly();
export type DeploymentRolledBack = z.infer<typeof DeploymentRolledBack>;

/** Something broke: the procedure, not the candidate. The baseline serves. */
export const DeploymentFailed = z
  .strictObject({ status: z.literal("failed"), ...start, ...candidate, ...ending, errorMessage: id })
  .readonly();
export type DeploymentFailed = z.infer<typeof DeploymentFailed>;

/** Somebody called it off. The baseline serves. */
export const DeploymentAborted = z
  .strictObject({ status: z.literal("aborted"), ...start, ...candidate, ...ending, abortReason: id })
  .readonly();
export type DeploymentAborted = z.infer<typeof DeploymentAborted>;

/** Refused before any traffic was touched; where the changes could not be applied there is no version. */
export const DeploymentRejected = z
  .strictObject({
    status: z.literal("rejected"),
    ...start,
    deployedVersion: id.exactOptional(),
    deployedLabel: z.string().exactOptional(),
    completedAt: time,
    decidedBy: id,
    /** Every reason, not only the first. */
    reasons: z.array(z.string().min(1)).min(1).readonly(),
  })
  .readonly();
export type DeploymentRejected = z.infer<typeof DeploymentRejected>;

/** What is known of one deployment; each status has just the fields that make sense in it. */
export const DeploymentRecord = z.discriminatedUnion("status", [
  DeploymentInProgress,
  DeploymentCompleted,
  DeploymentRolledBack,
  DeploymentFailed,
  DeploymentAborted,
  DeploymentRejected,
]);
export type DeploymentRecord = z.infer<typeof DeploymentRecord>;
export type DeploymentStatus = DeploymentRecord["status"];

/** A record that will not change any more. */
export type DeploymentEnded = Exclude<DeploymentRecord, DeploymentInProgress>;

/** What every ending of a running deployment tells. */
export interface DeploymentEnding {
  /** ISO 8601 with offset. */
  readonly completedAt: string;
  readonly decidedBy: string;
  /** Replaces what the record holds, where the baseline was measured alongside the candidate. */
  readonly baselineMetrics?: Metrics;
  readonly deployedMetrics?: Metrics;
  readonly verdicts: readonly JsonObject[];
}

/** The candidate is kept. */
export function complete(
  record: DeploymentInProgress,
  ending: DeploymentEnding & { readonly breachReason?: string },
): DeploymentCompleted {
  return Object.freeze({ ...record, ...ending, status: "completed" });
}

/** The baseline is put back. */
export function rollBack(
  record: DeploymentInProgress,
  ending: DeploymentEnding & { readonly rollbackReason: string },
): DeploymentRolledBack {
  return Object.freeze({ ...record, ...ending, status: "rolled_back" });
}

/** The procedure broke. */
export function fail(
  record: DeploymentInProgress,
  ending: DeploymentEnding & { readonly errorMessage: string },
): DeploymentFailed {
  return Object.freeze({ ...record, ...ending, status: "failed" });
}

/** It is called off. */
export function abort(
  record: DeploymentInProgress,
  ending: DeploymentEnding & { readonly abortReason: string },
): DeploymentAborted {
  return Object.freeze({ ...record, ...ending, status: "aborted" });
}
