import { z } from "zod";

const versionId = z.string().min(1);
const keys = z.array(z.string()).readonly();
const share = z.number().min(0).max(1);

/**
 * Which version serves a run.
 *
 * - `all`: one version serves every run
 * - `split`: the candidate serves the share of the keys whose bucket is below `candidateShare`; the bucket
 *   is a hash of `salt` and the run's key, so that a key keeps its version and a growing share takes none
 *   back. `candidateKeys` and `stableKeys` are served by their version whatever their bucket; a share of 0 with
 *   such keys, or with runs that ask for the candidate, is a preview
 * - `shadow`: `live` serves every run; a share of the runs is repeated on `mirrored` afterwards, unseen
 */
export const TrafficPlan = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("all"), version: versionId }),
    z.strictObject({
      kind: z.literal("split"),
      stable: versionId,
      candidate: versionId,
      candidateShare: share,
      salt: z.string(),
      candidateKeys: keys.exactOptional(),
      stableKeys: keys.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("shadow"),
      live: versionId,
      mirrored: versionId,
      mirroredShare: share,
      salt: z.string(),
    }),
  ])
  .readonly();
export type TrafficPlan = z.infer<typeof TrafficPlan>;

/** The versions a plan sends runs to. */
export function plannedVersions(plan: TrafficPlan): readonly string[] {
  switch (plan.kind) {
    case "all":
      return [plan.version];
    case "split":
      return [plan.stable, plan.candidate];
    case "shadow":
      return [plan.live, plan.mirrored];
  }
}
