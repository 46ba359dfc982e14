import type { CommandResult, DeploymentControllerNode, ProgressEvent } from "@spark/rsi-deploy";
import { filter, firstValueFrom, map, type Observable, takeWhile } from "rxjs";

/** A rollout as people see it who may say something about it. */
export interface AttendedRollout {
  readonly controller: Pick<DeploymentControllerNode, "progress$" | "promote" | "pause" | "resume">;
  /** Told what was asked of the controller, and what came of it. */
  readonly heard: (command: HeardCommand) => void;
}

/** What somebody asked, and the answer. */
export interface HeardCommand {
  readonly by: string;
  readonly asked: string;
  readonly result: CommandResult;
}

/** People at work; resolves when they have done what they came for, or the rollout has ended. */
export type Attendance = (rollout: AttendedRollout) => Promise<void>;

type Event<Type extends ProgressEvent["type"]> = Extract<ProgressEvent, { readonly type: Type }>;

/** Runs of the candidate that Ann wants to see before the stage may end. */
const runsToSee = 250;

/**
 * Ann pauses the first stage until she has seen enough, then opens the gate behind it; Bob clicks on a page that
 * still shows the first stage. They are functions here, and call what a person's buttons would call. They wait
 * for what happens, never for a time.
 */
export const annAndBob: Attendance = async ({ controller, heard }) => {
  const begun = await next(controller.progress$, "stage_entered");
  if (begun === undefined) return;
  const { deploymentId } = begun;
  const why = `I want to see ${runsToSee} runs myself`;
  heard({ by: "ann", asked: "pause", result: await controller.pause(deploymentId, "ann", why) });

  const seen = await next(
    controller.progress$,
    "checked",
    ({ verdict }) => verdict.kind !== "insufficient" && verdict.runs.candidate >= runsToSee,
  );
  if (seen === undefined) return;
  const gate = next(controller.progress$, "stage_entered");
  const { runs, candidateMetrics } = seen.verdict;
  const found = `${runs.candidate} runs, ${candidateMetrics.errors} errors`;
  heard({ by: "ann", asked: "resume", result: await controller.resume(deploymentId, "ann") });

  const waiting = await gate;
  if (waiting === undefined) return;
  const { index: expectedStage } = waiting.stage;
  const late = await controller.promote(deploymentId, "bob", { expectedStage: begun.stage.index });
  heard({ by: "bob", asked: `promote ${begun.stage.name}`, result: late });
  const approved = { expectedStage, reason: `${found}: may go live` };
  const opened = await controller.promote(deploymentId, "ann", approved);
  heard({ by: "ann", asked: `promote ${waiting.stage.name}`, result: opened });
};

/** The next event of a type for which `when` holds; nothing where the rollout ends before. */
function next<Type extends ProgressEvent["type"]>(
  progress$: Observable<ProgressEvent>,
  type: Type,
  when: (event: Event<Type>) => boolean = () => true,
): Promise<Event<Type> | undefined> {
  const wanted = progress$.pipe(
    takeWhile((event) => event.type !== "ended"),
    filter((event) => event.type === type && when(event as Event<Type>)),
    map((event) => event as Event<Type>),
  );
  return firstValueFrom(wanted, { defaultValue: undefined });
}
