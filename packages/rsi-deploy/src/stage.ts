import type { TrafficPlan } from "@spark/graph";
import { z } from "zod";
import { Approver } from "./approver.ts";

const name = z.string().min(1);
const seconds = z.number().positive();

/** Gives the candidate a share of the traffic and watches its runs. */
export const WatchStage = z
  .strictObject({
    kind: z.literal("watch"),
    name: name.exactOptional(),
    /** The candidate's share of the traffic, above 0 and at most 1. */
    share: z.number().gt(0).lte(1),
    /** How long to watch; `monitoringDurationSeconds` where it is left out. */
    durationSeconds: seconds.exactOptional(),
    /** How many candidate runs end the stage before its time is up, when all is well. */
    untilRuns: z.int().min(1).exactOptional(),
    /** Runs of the candidate the stage needs to end well; the config's `minimumRuns` where it is left out. */
    minimumRuns: z.int().min(1).exactOptional(),
  })
  .readonly();
export type WatchStage = z.infer<typeof WatchStage>;

/** Repeats a share of the live runs on the candidate, unseen, and compares the outputs. */
export const MirrorStage = z
  .strictObject({
    kind: z.literal("mirror"),
    name: name.exactOptional(),
    /** Share of the live runs that are repeated, above 0 and at most 1. */
    share: z.number().gt(0).lte(1),
    durationSeconds: seconds.exactOptional(),
    /** How many compared pairs end the stage before its time is up, when all is well. */
    untilRuns: z.int().min(1).exactOptional(),
    /** Comparable pairs the stage needs; the config's `minimumRuns` where it is left out. */
    minimumRuns: z.int().min(1).exactOptional(),
    /** Share of pairs that may differ; the config's `maxDisagreement` where it is left out. */
    maxDisagreement: z.number().min(0).max(1).exactOptional(),
  })
  .readonly();
export type MirrorStage = z.infer<typeof MirrorStage>;

const waiting = {
  name: name.exactOptional(),
  approver: Approver.default({ by: "person" }),
  /** How long to wait; `holdTimeoutSeconds` where it is left out. */
  deadlineSeconds: seconds.exactOptional(),
  /** What happens when nobody has decided by then. */
  onDeadline: z.enum(["rollback", "promote"]).default("rollback"),
};

/** Waits for somebody to decide, at the traffic of the stage before (none where it is the first). */
export const GateStage = z.strictObject({ kind: z.literal("gate"), ...waiting }).readonly();
export type GateStage = z.infer<typeof GateStage>;

/** A gate during which the candidate serves only runs that ask for it, and the keys listed here. */
export const PreviewStage = z
  .strictObject({ kind: z.literal("preview"), ...waiting, keys: z.array(z.string()).readonly().default([]) })
  .readonly();
export type PreviewStage = z.infer<typeof PreviewStage>;

/** One step of a strategy. */
export const Stage = z.discriminatedUnion("kind", [WatchStage, MirrorStage, GateStage, PreviewStage]);
export type Stage = z.infer<typeof Stage>;

/** A stage's name for people. */
export function stageName(stage: Stage): string {
  if (stage.name !== undefined) return stage.name;
  switch (stage.kind) {
    case "watch":
      return percent(stage.share);
    case "mirror":
      return `mirror ${percent(stage.share)}`;
    case "gate":
      return "approval";
    case "preview":
      return "preview";
  }
}

/** A share as a percentage with at most two decimals: `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** The versions of a deployment, and the salt of its buckets. */
export interface PlannedVersions {
  readonly stable: string;
  readonly candidate: string;
  readonly salt: string;
}

/** The traffic plan of a stage; none where the stage leaves the traffic as it is. */
export function planForStage(stage: Stage, versions: PlannedVersions): TrafficPlan | undefined {
  const { stable, candidate, salt } = versions;
  switch (stage.kind) {
    case "watch":
      return stage.share >= 1
        ? { kind: "all", version: candidate }
        : { kind: "split", stable, candidate, candidateShare: stage.share, salt };
    case "mirror":
      return { kind: "shadow", live: stable, mirrored: candidate, mirroredShare: stage.share, salt };
    case "preview":
      return { kind: "split", stable, candidate, candidateShare: 0, salt, candidateKeys: stage.keys };
    case "gate":
      return undefined;
  }
}
