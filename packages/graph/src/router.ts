import { bucketOf, saltSeed } from "./bucket.ts";
import type { Route } from "./flight.ts";
import type { Random } from "./identity.ts";
import type { InstalledVersion } from "./installed-version.ts";
import type { TrafficPlan } from "./traffic-plan.ts";

/** Where a run goes. */
export interface Target<In, Out> {
  readonly installed: InstalledVersion<In, Out>;
  readonly route: Route;
}

/** A traffic plan, ready to be asked: which version serves a run with this key? */
export type Router<In, Out> = (key: string | undefined) => Target<In, Out>;

/** Compiles a plan. `find` gives an installed version or throws. */
export function routerFor<In, Out>(
  plan: TrafficPlan,
  options: {
    readonly revision: number;
    readonly find: (versionId: string) => InstalledVersion<In, Out>;
    readonly random: Random;
  },
): Router<In, Out> {
  const { revision, find, random } = options;
  const toward = (versionId: string, arm: Route["arm"], candidateShare: number): Target<In, Out> => ({
    installed: find(versionId),
    route: { arm, planRevision: revision, candidateShare },
  });
  switch (plan.kind) {
    case "all": {
      const only = toward(plan.version, "stable", 0);
      return () => only;
    }
    case "split": {
      const { candidateShare, salt } = plan;
      const stable = toward(plan.stable, "stable", candidateShare);
      const candidate = toward(plan.candidate, "candidate", candidateShare);
      const seed = saltSeed(salt);
      return (key) =>
        (key === undefined ? random() : bucketOf(seed, key)) < candidateShare ? candidate : stable;
    }
    case "shadow": {
      find(plan.mirrored);
      const live = toward(plan.live, "stable", 0);
      return () => live;
    }
  }
}
