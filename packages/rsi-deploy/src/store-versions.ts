import type { DeploymentStatus } from "@spark/rsi-model";
import type { VersionStore } from "./ports.ts";
import type { Rollout } from "./rollout.ts";

/** Keeps both versions of a rollout, the candidate with where it comes from, before any traffic moves. */
export async function storeVersions(rollout: Rollout, store: VersionStore | undefined): Promise<void> {
  if (store === undefined) return;
  const { baseline } = rollout;
  await store.storeVersion({ ...baseline, graphId: baseline.spec.id });
  await storeCandidate(rollout, store, "in_progress");
}

/** Keeps how the candidate fared. */
export async function storeCandidate(
  { candidate, diff, hypothesis, deploymentId }: Rollout,
  store: VersionStore,
  outcome: DeploymentStatus,
): Promise<void> {
  await store.storeVersion({
    ...candidate,
    graphId: candidate.spec.id,
    hypothesisId: hypothesis.hypothesisId,
    deploymentId,
    diff,
    outcome,
  });
}
