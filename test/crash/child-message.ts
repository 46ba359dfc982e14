import type { StoreChange } from "@spark/experience-db";
import type { Verification } from "@spark/experience-db/file";
import type { TrafficPlan } from "@spark/graph";
import type { DeploymentStatus, Experience, LoggedDeploymentEvent } from "@spark/rsi-model";

/** What a child is to do, and when to die of its own hand. */
export interface Orders {
  readonly folder: string;
  /** Distinguishes the hypotheses of this child from those of others. */
  readonly life: number;
  /** What it deploys, one after the other, once all that was open has ended. */
  readonly proposes: Intent;
  /** How many it deploys before it closes everything and exits. */
  readonly deployments: number;
  /** The deployments whose logs it shows when it has opened the store, and before it exits. */
  readonly show: readonly string[];
  readonly dies?: OwnDeath;
}

/** Whether a change is one to keep or one to take back. */
export type Intent = "sound" | "harmful";

/** At its n-th write: before anything of it is on the disk, or when all is and nobody was told. */
export interface OwnDeath {
  /** What is counted: all its writes, or only those after it has settled what was open. */
  readonly of: "all" | "own";
  readonly when: "before" | "after";
  readonly write: number;
}

/** What a child tells, a line of JSON each, the moment it happens. */
export type ChildMessage =
  | {
      /** What is on the disk: once when the store was opened, once before it is closed. */
      readonly type: "kept";
      readonly verification: Verification;
      /** The end of a broken-off write was found and cut away. */
      readonly torn: boolean;
      readonly logs: Readonly<Record<string, readonly LoggedDeploymentEvent[]>>;
      readonly open: readonly string[];
    }
  /** These changes were acknowledged. */
  | { readonly type: "written"; readonly changes: readonly StoreChange[] }
  | {
      readonly type: "recovered";
      readonly deployments: readonly { readonly deploymentId: string; readonly resumed: boolean }[];
      /** What recovering once more found. */
      readonly again: number;
    }
  /** The gate function was asked. */
  | { readonly type: "asked"; readonly deploymentId: string; readonly idempotencyKey: string }
  | DeploymentReport;

/** A deployment has ended: what the result says, what is remembered, and who serves. */
export interface DeploymentReport {
  readonly type: "ended";
  readonly deploymentId: string;
  readonly intent: Intent;
  readonly baselineVersion: string;
  readonly candidateVersion: string;
  readonly status: DeploymentStatus;
  readonly recorded: boolean;
  readonly error?: string;
  readonly plan: TrafficPlan;
  /** Versions that served the next runs. */
  readonly served: readonly string[];
  readonly activeVersion: string | undefined;
  readonly experience: Experience;
  readonly candidateOutcome: string | undefined;
}
