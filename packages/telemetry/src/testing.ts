import type { RunRecord } from "@spark/graph";

/**
 * A run record for tests: run 0 of version `v1` of graph `graph`, on the stable arm, ended well after 100 ms.
 * What the overrides say holds; `runId` follows `sequence`, and a failed run has an `error`.
 */
export function makeRunRecord(overrides: Partial<RunRecord> = {}): RunRecord {
  const { sequence = 0, ok = true } = overrides;
  return {
    runId: `run_${sequence}`,
    sequence,
    graphId: "graph",
    versionId: "v1",
    arm: "stable",
    planRevision: 0,
    candidateShare: 0,
    ok,
    ...(!ok && { error: { type: "Error", message: "failed on purpose" } }),
    startedAt: 0,
    durationMs: 100,
    nodes: [],
    ...overrides,
  };
}
