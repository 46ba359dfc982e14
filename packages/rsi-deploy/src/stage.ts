import type { TrafficPlan } from "@spark/graph";
import { z } from "zod";

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

/** Waits for a person, at the traffic of the stage before (none where it is the first). */
export const GateStage = z
  .strictObject({
    kind: z.literal("gate"),
    name: name.exactOptional(),
    /** How long to wait; `holdTimeoutSeconds` where it is left out. */
    deadlineSeconds: seconds.exactOptional(),
    /** What happens when nobody has decided by then. */
    onDeadline: z.enum(["rollback", "promote"]).default("rollback"),
  })
  .readonly();
export type GateStage = z.infer<typeof GateStage>;

/** One step of a strategy. */
export const Stage = z.discriminatedUnion("kind", [WatchStage, GateStage]);
export type Stage = z.infer<typeof Stage>;

/** A stage's name for people. */
export function stageName(stage: Stage): string {
  if (stage.name !== undefined) return stage.name;
  switch (stage.kind) {
    case "watch":
      return percent(stage.share);
    case "gate":
      return "approval";
  }
}

/** A share as a percentage with at most two decimals: `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** The plan that gives the candidate a share: `all` at the ends, `split` between. */
export function planForShare(
  share: number,
  versions: { readonly stable: string; readonly candidate: string; readonly salt: string },
): TrafficPlan {
  const { stable, candidate, salt } = versions;
  if (share <= 0) return { kind: "all", version: stable };
  if (share >= 1) return { kind: "all", version: candidate };
  return { kind: "split", stable, candidate, candidateShare: share, salt };
}
