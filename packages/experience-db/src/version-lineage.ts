import type { VersionRecord } from "@spark/rsi-model";
import type { ExperienceState } from "./experience-state.ts";

/**
 * The version and what it was made from, newest first, as far back as is stored. A change and its undoing
 * give the same version again, so the line is left where it would repeat itself.
 */
export function lineageOf(state: ExperienceState, versionId: string): readonly VersionRecord[] {
  const line = new Map<string, VersionRecord>();
  let version: VersionRecord | undefined = state.version(versionId);
  while (version && !line.has(version.versionId)) {
    line.set(version.versionId, version);
    version = version.parent === undefined ? undefined : state.versions.get(version.parent);
  }
  return Object.freeze([...line.values()]);
}

/** Which version the deployments have left in service, or `undefined` when none has ended yet. */
export function activeVersionId(state: ExperienceState, graphId: string): string | undefined {
  const [last] = state.deployments.newest({ settled: graphId }, 1);
  if (last?.state.phase !== "ended") return undefined;
  const { record } = last.state;
  return record.status === "completed" ? record.deployedVersion : record.baselineVersion;
}

/**
 * Which versions of a graph nobody needs: all but the newest `keep`, those that are in service or take part
 * in an open deployment, and the ancestors of any of these.
 */
export function prunableVersions(
  state: ExperienceState,
  { graphId, keep }: { readonly graphId: string; readonly keep: number },
): readonly string[] {
  const all = state.versions.newest({ graph: graphId }).map(({ versionId }) => versionId);
  const open = state.deployments
    .newest({ open: "true" })
    .flatMap(({ state }) =>
      state.phase === "open" ? [state.started.baselineVersionId, state.started.candidateVersionId] : [],
    );
  const roots = [...all.slice(0, keep), activeVersionId(state, graphId) ?? "", ...open];
  const needed = new Set(
    roots
      .filter((versionId) => state.versions.get(versionId))
      .flatMap((versionId) => lineageOf(state, versionId).map((version) => version.versionId)),
  );
  return all.filter((versionId) => !needed.has(versionId));
}
