import type { DeploymentResult } from "@spark/rsi-deploy";
import type { Chapter } from "./chapters.ts";
import type { LedgerTotals, ServedSince } from "./run-ledger.ts";
import type { Check, Remembered } from "./story-event.ts";
import type { TrafficStats } from "./traffic.ts";

/** A chapter that has been played. */
export interface Played {
  readonly chapter: Chapter;
  readonly hypothesisId: string;
  /** The candidate. */
  readonly versionId: string;
  readonly result: DeploymentResult;
  /** Revision of the plan that put the baseline back, where one did. */
  readonly takenBackAt?: number;
  /** Who has served since the baseline was put back; absent where it was not. */
  readonly since?: ServedSince;
  /** Runs that the candidate has answered, from first to last; absent where nobody has counted. */
  readonly served?: number;
}

/** Runs in, results out and errors: three who counted them on their own must agree. Pure. */
export function auditTraffic(
  sender: TrafficStats,
  records: Omit<LedgerTotals, "mirrored">,
  delivered: number,
): readonly Check[] {
  const { sent, succeeded, failed } = sender;
  return [
    {
      claim: "every mail that was sent gave one result or one error, and one record",
      ok: sent === succeeded + failed && sent === records.runs && succeeded === records.ok,
      found: `${sent} sent = ${succeeded} results + ${failed} errors; ${records.runs} records = ${records.ok} + ${records.failed}`,
    },
    {
      claim: "every result lies in a folder, and nothing else does",
      ok: delivered === succeeded,
      found: `${delivered} delivered, ${succeeded} results`,
    },
  ];
}

/** Whether the deployments ended as they have to, and whether the database says so too. Pure. */
export function auditDeployments(
  played: readonly Played[],
  remembered: readonly Remembered[],
  claim: string,
): readonly Check[] {
  const ended = played.map(({ result }) => result.status);
  const stored = remembered.map(({ status }) => status);
  const takenBack = played.flatMap(({ since }) => since ?? []);
  return [
    {
      claim,
      ok: played.every(endedAsPlanned),
      found: played.map(endingText).join(", "),
    },
    {
      claim: "after a rollback no new run was served by the candidate",
      ok: takenBack.every(({ runs, byVersion }) => runs > 0 && byVersion === 0),
      found: takenBack.map(({ runs, byVersion }) => `${byVersion} of ${runs} runs since`).join(", "),
    },
    {
      claim: "what was read back from the disk says the same",
      ok: ended.join() === stored.join() && remembered.every(({ lessons }) => lessons.length > 0),
      found: stored.join(", "),
    },
    ...unseenChecks(played),
  ];
}

function endedAsPlanned({ chapter, result }: Played): boolean {
  return (
    result.status === chapter.ends &&
    (chapter.endsIn === undefined || result.verdicts.at(-1)?.stage.name === chapter.endsIn)
  );
}

function endingText({ chapter, result }: Played): string {
  const stage = chapter.endsIn === undefined ? undefined : result.verdicts.at(-1)?.stage.name;
  return stage === undefined ? result.status : `${result.status} in stage ${stage}`;
}

/** What got no further than a shadow must have answered nobody. */
function unseenChecks(played: readonly Played[]): readonly Check[] {
  const shadowed = played.filter(
    ({ result }) =>
      !result.success && result.verdicts.length > 0 && result.verdicts.every(({ shadow }) => shadow),
  );
  if (shadowed.length === 0) return [];
  return [
    {
      claim: "what was only mirrored gave no reader an answer",
      ok: shadowed.every(({ served }) => served === 0),
      found: shadowed
        .map(({ served = "unknown", result }) => `${served} runs served by ${result.newVersion}`)
        .join(", "),
    },
  ];
}
