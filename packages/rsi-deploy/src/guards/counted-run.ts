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
  if (record.versionId === versions.candidate) return "candidate";
  return record.versionId === versions.baseline ? "baseline" : undefined;
}

export function isFailureOfCandidate({ side, record }: CountedRun): boolean {
  return side === "candidate" && !record.ok;
}
