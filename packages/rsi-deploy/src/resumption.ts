import type { DeploymentEvent, DeploymentEventOf, OpenDeployment } from "@spark/rsi-model";
import { z } from "zod";
import { type Ending, endingByBreach } from "./ending.ts";
import { StageCheckpoint } from "./stage-checkpoint.ts";
import { Verdict } from "./verdict.ts";

/** Where another process left a deployment, and what it had seen. */
export type Resumption = Place & {
  /** Everything that was counted, where there was a look. */
  readonly checkpoint: StageCheckpoint | undefined;
  /** The last verdict of each stage that was over. */
  readonly verdicts: readonly Verdict[];
};

/**
 * - `stage`: in the midst of a stage, with the time it was watched
 * - `next`: between two stages; `index` is the one to begin, `by` and `reason` say why the one before was passed
 * - `end`: how it ends was settled and not recorded yet; `decided` where the log has the decision
 */
type Place =
  | {
      readonly kind: "stage";
      readonly index: number;
      readonly extended: boolean;
      readonly paused: boolean;
      /** Milliseconds that were left to a gate's or a hold's deadline when the log was last written. */
      readonly msLeft: number | undefined;
    }
  | { readonly kind: "next"; readonly index: number; readonly by: string; readonly reason: string }
  | {
      readonly kind: "end";
      readonly index: number;
      readonly decided: boolean;
      readonly ending: Exclude<Ending, { readonly status: "rejected" }>;
    };

/** Reads from a deployment's log where it stands. Pure. */
export function resumptionOf(
  open: OpenDeployment,
  events: readonly DeploymentEvent[],
  rules: { readonly enableRollback: boolean },
): Resumption {
  const { stage, lastCheck } = open;
  const checkpoint = lastCheck === undefined ? undefined : readCheckpoint(lastCheck);
  const verdicts = lastVerdicts(events);
  const place = placeOf(open, verdicts.at(-1), rules);
  if (place.kind !== "stage") return { ...place, checkpoint, verdicts };
  // Counts of an earlier stage are the guards' evidence, but not this stage's runs and time.
  const isOfStage = lastCheck !== undefined && stage !== undefined && lastCheck.at >= stage.enteredAt;
  return {
    ...place,
    checkpoint: isOfStage ? checkpoint : carriedOver(checkpoint),
    verdicts: verdicts.filter((verdict) => verdict.stage.index < place.index),
  };
}

function placeOf(
  open: OpenDeployment,
  lastVerdict: Verdict | undefined,
  { enableRollback }: { readonly enableRollback: boolean },
): Place {
  const { stage, decision, gate, started } = open;
  const index = stage?.index ?? 0;
  if (decision?.decision === "roll_back" || decision?.decision === "abort") {
    const { reason, by } = decision;
    const status = decision.decision === "abort" ? "aborted" : "rolled_back";
    return { kind: "end", index, decided: true, ending: { status, by, reason } };
  }
  if (stage === undefined) return { kind: "next", index: 0, by: "controller", reason: "all stages passed" };
  if (decision?.decision === "promote") {
    const { by, reason, details } = decision;
    const next = details?.["scope"] === "all" ? started.stages.length : index + 1;
    return { kind: "next", index: next, by, reason };
  }
  const answer = gate?.decided;
  if (answer !== undefined) {
    const { by, approved, reason = approved ? "approved" : "refused" } = answer;
    if (approved) return { kind: "next", index: index + 1, by, reason };
    return { kind: "end", index, decided: false, ending: { status: "aborted", by, reason } };
  }
  const mirrors = started.stages[index]?.["kind"] === "mirror";
  if ((enableRollback || mirrors) && decision === undefined && isBreachOf(index, lastVerdict)) {
    return { kind: "end", index, decided: false, ending: endingByBreach(lastVerdict) };
  }
  return {
    kind: "stage",
    index,
    extended: stage.extensions > 0,
    paused: open.paused !== undefined,
    msLeft: stage.deadlineAt === undefined ? undefined : Math.max(0, stage.deadlineAt - open.at),
  };
}

/** A breach takes the candidate back before anything is written: it must not serve again to be found out again. */
function isBreachOf(index: number, verdict: Verdict | undefined): verdict is Verdict {
  return verdict?.stage.index === index && verdict.kind === "breach" && verdict.better === undefined;
}

/** The last verdict that was written of each stage, in the order of the stages. */
function lastVerdicts(events: readonly DeploymentEvent[]): readonly Verdict[] {
  const verdicts = new Map<number, Verdict>();
  for (const event of events) {
    const { success, data } = z.safeParse(Verdict, event.type === "checked" ? event.verdict : undefined);
    if (success) verdicts.set(data.stage.index, data);
  }
  return [...verdicts.values()];
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
