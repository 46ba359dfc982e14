import type { RunRecord } from "@spark/graph";

/** A run as the guards see it. */
export interface CountedRun {
  readonly record: RunRecord;
  /** Whose it is, told by its version: under a plan for all, every record says `stable`. */
  readonly side: "baseline" | "candidate";
  /** The candidate's share of the traffic when the run was routed, 1 under a plan for all. */
  readonly share: number;
}

/** The versions a deployment is about. */
export interface ComparedVersions {
  readonly baseline: string;
  readonly candidate: string;
}

/** Which side a record counts for; none for mirrored runs and runs of other versions. */
export function sideOf(record: RunRecord, versions: ComparedVersions): CountedRun["side"] | undefined {
  if (record.arm === "mirror") return undefined;
  // The baseline first: it has the most runs, and ids that are the same object need not be read.
  if (record.versionId === versions.baseline) return "baseline";
  return record.versionId === versions.candidate ? "candidate" : undefined;
}

export function isFailureOfCandidate({ side, record }: CountedRun): boolean {
  return side === "candidate" && !record.ok;
}
