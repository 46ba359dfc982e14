import type { DeploymentEventOf, OpenDeployment } from "@spark/rsi-model";
import { z } from "zod";
import type { Ending } from "./ending.ts";
import { StageCheckpoint } from "./stage-checkpoint.ts";

/**
 * Where another process left a deployment.
 *
 * - `stage`: in the midst of a stage, with its counts and the time it was watched, where it had any
 * - `next`: between two stages; `index` is the one to begin
 * - `end`: an ending was decided and not recorded yet
 */
export type Resumption =
  | {
      readonly kind: "stage";
      readonly index: number;
      readonly checkpoint: StageCheckpoint | undefined;
      readonly extended: boolean;
      readonly paused: boolean;
      /** Milliseconds that were left to a gate's or a hold's deadline when the log was last written. */
      readonly msLeft: number | undefined;
    }
  | { readonly kind: "next"; readonly index: number; readonly checkpoint: StageCheckpoint | undefined }
  | {
      readonly kind: "end";
      readonly index: number;
      readonly ending: Exclude<Ending, { readonly status: "rejected" }>;
    };

/** Reads from a deployment's log where it stands. Pure. */
export function resumptionOf(open: OpenDeployment): Resumption {
  const { stage, decision, lastCheck } = open;
  const checkpoint = lastCheck === undefined ? undefined : readCheckpoint(lastCheck);
  const index = stage?.index ?? 0;
  if (decision?.decision === "roll_back" || decision?.decision === "abort") {
    const { reason, by } = decision;
    const status = decision.decision === "abort" ? "aborted" : "rolled_back";
    return { kind: "end", index, ending: { status, by, reason } };
  }
  if (stage === undefined) return { kind: "next", index: 0, checkpoint };
  if (decision?.decision === "promote") return { kind: "next", index: index + 1, checkpoint };
  return {
    kind: "stage",
    index,
    // Counts of an earlier stage are the guards' evidence, but not this stage's runs and time.
    checkpoint:
      lastCheck !== undefined && lastCheck.at >= stage.enteredAt ? checkpoint : carriedOver(checkpoint),
    extended: stage.extensions > 0,
    paused: open.paused !== undefined,
    msLeft: stage.deadlineAt === undefined ? undefined : Math.max(0, stage.deadlineAt - open.at),
  };
}

function readCheckpoint(check: DeploymentEventOf<"checked">): StageCheckpoint | undefined {
  const parsed = z.safeParse(StageCheckpoint, check.checkpoint);
  return parsed.success ? parsed.data : undefined;
}

function carriedOver(checkpoint: StageCheckpoint | undefined): StageCheckpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const { shadow: _shadow, ...watch } = checkpoint;
  return { ...watch, watchedMs: 0, stageRuns: { baseline: 0, candidate: 0 } };
}
