import type { LiveGraph, PlanChange, TrafficPlan } from "@spark/graph";
import { plannedVersions } from "@spark/graph";
import { planForShare } from "./stage.ts";

/** What came of a switch. */
export type Switched =
  | { readonly ok: true; readonly revision: number; readonly plan: TrafficPlan }
  | { readonly ok: false; readonly reason: string };

/** The one place that changes the traffic plan of a deployment's target. */
export class TrafficSwitch {
  readonly #target: Pick<LiveGraph, "plan" | "revision" | "setPlan">;
  readonly #versions: { readonly stable: string; readonly candidate: string; readonly salt: string };
  #revision: number;

  constructor(
    target: Pick<LiveGraph, "plan" | "revision" | "setPlan">,
    versions: { readonly stable: string; readonly candidate: string; readonly salt: string },
  ) {
    this.#target = target;
    this.#versions = versions;
    this.#revision = target.revision;
  }

  /** The plan that would give the candidate a share. */
  planFor(share: number): TrafficPlan {
    return planForShare(share, this.#versions);
  }

  /** Gives the candidate a share. Fails where somebody else has changed the plan since the last switch. */
  toShare(share: number): Switched {
    const plan = this.planFor(share);
    return this.#accept(this.#target.setPlan(plan, this.#revision), plan);
  }

  /**
   * Puts the baseline back. Whatever the revision, as long as the plan in force has to do with this
   * deployment: taking a candidate back must not fail because of a race.
   */
  toBaseline(): Switched {
    const { plan } = this.#target;
    const { stable, candidate } = this.#versions;
    if (plan.kind === "all" && plan.version === stable)
      return { ok: true, revision: this.#target.revision, plan };
    if (!plannedVersions(plan).includes(candidate)) {
      return {
        ok: false,
        reason: "the traffic plan was changed by somebody else and no longer names the candidate",
      };
    }
    const back: TrafficPlan = { kind: "all", version: stable };
    return this.#accept(this.#target.setPlan(back, this.#target.revision), back);
  }

  #accept(change: PlanChange, plan: TrafficPlan): Switched {
    if (!change.ok) {
      return {
        ok: false,
        reason: `the traffic plan was changed by somebody else (revision ${change.revision}, expected ${this.#revision})`,
      };
    }
    this.#revision = change.revision;
    return { ok: true, revision: change.revision, plan };
  }
}
