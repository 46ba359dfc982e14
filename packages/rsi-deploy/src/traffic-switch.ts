import type { LiveGraph, PlanChange, TrafficPlan } from "@spark/graph";
import { plannedVersions } from "@spark/graph";
import type { PlannedVersions } from "./stage.ts";

/** What came of a switch. */
export type Switched =
  | { readonly ok: true; readonly revision: number; readonly plan: TrafficPlan }
  | { readonly ok: false; readonly reason: string };

/** The one place that changes the traffic plan of a deployment's target. */
export class TrafficSwitch {
  readonly versions: PlannedVersions;
  readonly #target: Pick<LiveGraph, "plan" | "revision" | "setPlan" | "versions">;
  #revision: number;

  constructor(
    target: Pick<LiveGraph, "plan" | "revision" | "setPlan" | "versions">,
    versions: PlannedVersions,
  ) {
    this.#target = target;
    this.versions = versions;
    this.#revision = target.revision;
  }

  /** Puts a plan in force. Fails where somebody else has changed the plan since the last switch. */
  to(plan: TrafficPlan): Switched {
    return this.#accept(this.#target.setPlan(plan, this.#revision), plan);
  }

  /** All traffic to the candidate. Doing it again changes nothing. */
  toCandidate(): Switched {
    const { plan, revision } = this.#target;
    if (plan.kind === "all" && plan.version === this.versions.candidate) return { ok: true, revision, plan };
    return this.to({ kind: "all", version: this.versions.candidate });
  }

  /**
   * Puts the baseline back. Whatever the revision, as long as the plan in force has to do with this
   * deployment: taking a candidate back must not fail because of a race. A baseline that the live graph does not
   * hold any more is not gone back to.
   */
  toBaseline(): Switched {
    const { plan } = this.#target;
    const { stable, candidate } = this.versions;
    if (plan.kind === "all" && plan.version === stable) {
      return { ok: true, revision: this.#target.revision, plan };
    }
    if (!plannedVersions(plan).includes(candidate)) {
      return {
        ok: false,
        reason: "the traffic plan was changed by somebody else and no longer names the candidate",
      };
    }
    if (!this.#target.versions.some(({ versionId }) => versionId === stable)) {
      return {
        ok: false,
        reason: `version ${stable} is no longer installed in the live graph, so what serves was kept; install it again, or deploy another version`,
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
