import type { DeploymentRecord, HypothesisType } from "@spark/rsi-model";
import type { TrafficPlan } from "@spark/graph";
import type { Stage } from "./stage.ts";
import type { Verdict } from "./verdict.ts";

interface About {
  readonly deploymentId: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

interface StageAbout extends About {
  readonly stage: { readonly index: number; readonly name: string };
}

/** What happens in a deployment, as a terminal, a page or a webhook can show it. */
export type ProgressEvent =
  | (About & { readonly type: "refused"; readonly reasons: readonly string[] })
  | (About & { readonly type: "queued"; readonly behind: string })
  | (About & {
      readonly type: "started";
      readonly hypothesisId: string;
      readonly hypothesisType: HypothesisType;
      readonly strategy: string;
      readonly stages: readonly Stage[];
      readonly baselineLabel: string;
      readonly candidateLabel: string;
      /** The diff in lines for people. */
      readonly diff: readonly string[];
    })
  | (StageAbout & {
      readonly type: "stage_entered";
      readonly plan: TrafficPlan;
      readonly deadlineAt?: number;
    })
  | (StageAbout & { readonly type: "checked"; readonly verdict: Verdict })
  | (StageAbout & { readonly type: "breach"; readonly verdict: Verdict; readonly rolledBack: boolean })
  | (StageAbout & { readonly type: "extended"; readonly deadlineAt: number; readonly reason: string })
  | (StageAbout & { readonly type: "waiting"; readonly deadlineAt: number; readonly reason: string })
  | (StageAbout & {
      readonly type: "both_unhealthy";
      readonly deadlineAt: number;
      readonly reason: string;
      /** The version that serves all until a person decides. */
      readonly better: "baseline" | "candidate";
    })
  | (StageAbout & { readonly type: "paused"; readonly by: string; readonly reason?: string })
  | (StageAbout & { readonly type: "resumed"; readonly by: string; readonly reason?: string })
  | (StageAbout & { readonly type: "promoted"; readonly by: string; readonly reason: string })
  | (About & { readonly type: "rolled_back"; readonly reason: string })
  | (About & { readonly type: "ended"; readonly record: DeploymentRecord; readonly recorded: boolean })
  /** An observer or a hook has thrown or rejected, for the first time; about the deployment that was told of last. */
  | (About & { readonly type: "observer_failed"; readonly reason: string });
