import type { RunRecord } from "@spark/graph";
import type { CountedRun } from "../guards/counted-run.ts";

/** What a test says of a run; the rest does not matter to guards. */
export type RunTraits = Partial<RunRecord> & { readonly side?: CountedRun["side"]; readonly share?: number };

/** A run as guards see it, for tests: of the candidate, at half of the traffic, well, a tenth of a second long. */
export function countedRun({ side = "candidate", share = 0.5, ...record }: RunTraits): CountedRun {
  const sequence = record.sequence ?? 0;
  return {
    side,
    share,
    record: {
      runId: `run-${sequence}`,
      sequence,
      graphId: "g",
      versionId: side,
      arm: side === "candidate" ? "candidate" : "stable",
      planRevision: 1,
      candidateShare: share,
      ok: true,
      startedAt: sequence,
      durationMs: 100,
      nodes: [],
      ...record,
    },
  };
}
