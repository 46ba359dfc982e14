import type { RunLog } from "@spark/telemetry";
import { blameNodes } from "./blame/blame-nodes.ts";
import type { Rollout } from "./rollout.ts";
import type { Blame } from "./verdict.ts";

/**
 * Which nodes are to blame for a breach, from the runs that are remembered. Under a full switch there is no
 * baseline alongside, so that the runs before it stand in.
 */
export function suspectsOf(
  { baseline, candidate, diff }: Rollout,
  runs: { readonly watched: RunLog; readonly before: RunLog },
): readonly Blame[] {
  const alongside = runs.watched.recent({ versionId: baseline.versionId });
  const of = { baseline: baseline.versionId, candidate: candidate.versionId };
  const compared = alongside.length > 0 ? alongside : runs.before.recent({ versionId: of.baseline });
  const changed = [
    ...diff.nodes.modified.map(({ id }) => id),
    ...diff.nodes.added.map(({ element }) => element.id),
    ...diff.edges.added.map(({ element }) => element.toNode),
  ];
  return blameNodes({
    baseline: compared.slice(-remembered),
    candidate: runs.watched.recent({ versionId: of.candidate, limit: remembered }),
    changedNodes: new Set(changed),
  });
}

/** Runs of each side that are looked at; more would take long and tell no more. */
const remembered = 2000;
