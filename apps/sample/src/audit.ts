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
}

/** Runs in, results out and errors: three who counted them on their own must agree. Pure. */
export function auditTraffic(
  sender: TrafficStats,
  records: LedgerTotals,
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
): readonly Check[] {
  const ended = played.map(({ result }) => result.status);
  const stored = remembered.map(({ status }) => status);
  const takenBack = played.flatMap(({ since }) => since ?? []);
  return [
    {
      claim: "the good change was kept, the two bad ones were taken back",
      ok: played.every(({ chapter, result }) => result.status === chapter.ends),
      found: ended.join(", "),
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
  ];
}
