import type { RunRecord } from "@spark/graph";
import type { RunLog } from "@spark/telemetry";
import { blameNodes } from "./blame/blame-nodes.ts";
import type { Rollout } from "./rollout.ts";
import type { Blame } from "./verdict.ts";

/**
 * Which nodes are to blame for a breach, from the runs that are remembered. Under a full switch there is no
 * baseline alongside, so that the runs before it stand in.
 *
 * @param since - When the deployment's watch began.
 */
export function suspectsOf(
  { baseline, candidate, diff }: Rollout,
  recent: RunLog,
  since: number,
): readonly Blame[] {
  const runsOf = (versionId: string): readonly RunRecord[] =>
    recent.recent({ versionId, since }).filter(({ overridden }) => overridden !== true);
  const alongside = runsOf(baseline.versionId).filter(({ candidateShare }) => candidateShare > 0);
  const compared = alongside.length > 0 ? alongside : recent.recent({ versionId: baseline.versionId });
  const changed = [
    ...diff.nodes.modified.map(({ id }) => id),
    ...diff.nodes.added.map(({ element }) => element.id),
    ...diff.edges.added.map(({ element }) => element.toNode),
  ];
  return blameNodes({
    baseline: compared.slice(-looked),
    candidate: runsOf(candidate.versionId).slice(-looked),
    changedNodes: new Set(changed),
  });
}

/** Runs of each side that are looked at; more would take long and tell no more. */
const looked = 2000;
