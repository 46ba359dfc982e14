import { bucketOf, saltSeed } from "./bucket.ts";
import type { Random } from "./identity.ts";
import type { InstalledVersion } from "./installed-version.ts";
import type { Route } from "./live-run-record.ts";
import type { TrafficPlan } from "./traffic-plan.ts";

/** Where a run goes, and where it is repeated, if it is. */
export interface Target<In, Out> {
  readonly installed: InstalledVersion<In, Out>;
  readonly route: Route;
  /** Whether the version's runtime tells the context's landing of the end. */
  readonly lands: boolean;
  readonly mirror?: Target<In, Out>;
}

/** A version asked for by name of its side; heeded while a plan splits the traffic. */
export type Preference = "stable" | "candidate";

/** A traffic plan, ready to be asked: which version serves a run with this key? */
export type Router<In, Out> = (
  key: string | undefined,
  preference: Preference | undefined,
) => Target<In, Out>;

/** What a plan is compiled with: `find` gives an installed version or throws. */
export interface RouterParts<In, Out> {
  readonly liveId: string;
  readonly revision: number;
  readonly find: (versionId: string) => InstalledVersion<In, Out>;
  readonly random: Random;
}

/** Compiles a plan. */
export function routerFor<In, Out>(plan: TrafficPlan, parts: RouterParts<In, Out>): Router<In, Out> {
  switch (plan.kind) {
    case "all": {
      const only = toward(parts, plan.version, { arm: "stable" });
      return () => only;
    }
    case "split":
      return splitRouter(plan, parts);
    case "shadow":
      return shadowRouter(plan, parts);
  }
}

function splitRouter<In, Out>(
  plan: Extract<TrafficPlan, { readonly kind: "split" }>,
  parts: RouterParts<In, Out>,
): Router<In, Out> {
  const { candidateShare } = plan;
  const target = (arm: Preference, overridden: boolean): Target<In, Out> =>
    toward(parts, plan[arm], { arm, candidateShare, overridden });
  const drawn = { stable: target("stable", false), candidate: target("candidate", false) };
  const asked = { stable: target("stable", true), candidate: target("candidate", true) };
  const pinned = new Map<string, Preference>([
    ...(plan.candidateKeys ?? []).map((key) => [key, "candidate"] as const),
    ...(plan.stableKeys ?? []).map((key) => [key, "stable"] as const),
  ]);
  const belowShare = bucketBelow(candidateShare, plan.salt, parts.random);
  return (key, preference) => {
    if (preference !== undefined) return asked[preference];
    if (pinned.size > 0 && key !== undefined) {
      const side = pinned.get(key);
      if (side !== undefined) return asked[side];
    }
    return belowShare(key) ? drawn.candidate : drawn.stable;
  };
}

function shadowRouter<In, Out>(
  plan: Extract<TrafficPlan, { readonly kind: "shadow" }>,
  parts: RouterParts<In, Out>,
): Router<In, Out> {
  const live = toward(parts, plan.live, { arm: "stable" });
  const mirrored = { ...live, mirror: toward(parts, plan.mirrored, { arm: "mirror" }) };
  const belowShare = bucketBelow(plan.mirroredShare, plan.salt, parts.random);
  return (key) => (belowShare(key) ? mirrored : live);
}

/** Whether a key's bucket is below a share; without a key each run draws its own lot. */
function bucketBelow(share: number, salt: string, random: Random): (key: string | undefined) => boolean {
  if (share >= 1) return () => true;
  const seed = saltSeed(salt);
  return (key) => (key === undefined ? random() : bucketOf(seed, key)) < share;
}

function toward<In, Out>(
  { liveId, find, revision }: RouterParts<In, Out>,
  versionId: string,
  { arm, candidateShare = 0, overridden = false }: Pick<Route, "arm"> & Partial<Route>,
): Target<In, Out> {
  const installed = find(versionId);
  const { version, runnable, paths } = installed;
  return {
    installed,
    lands: runnable.lands === true,
    route: {
      liveId,
      graphId: version.spec.id,
      versionId,
      arm,
      planRevision: revision,
      candidateShare,
      overridden,
      nodeIds: runnable.nodeIds ?? [],
      paths,
    },
  };
}
