import type { StoreChange } from "@spark/experience-db";
import type { Verification } from "@spark/experience-db/file";
import type { TrafficPlan } from "@spark/graph";
import type { Experience, LoggedDeploymentEvent } from "@spark/rsi-model";
import type { OwnDeath } from "../crash/child-message.ts";

/** What a child is to do, and when to die of its own hand. */
export interface LoopOrders {
  readonly folder: string;
  /** Goes into the changes it proposes; two children in a row propose the same bad ones. */
  readonly life: number;
  /** How many cycles it runs at the most. */
  readonly cycles: number;
  /** False: it has no ideas of its own, goes on until nothing is open, closes everything and exits. Else it dies. */
  readonly proposes: boolean;
  readonly dies?: LoopDeath;
}

/** At a write, or where it has come to a place for the n-th time. */
export type LoopDeath = OwnDeath | { readonly place: Place; readonly time: number };

/** Places in a cycle at which nothing is written. */
export const places = [
  "analysis",
  "proposing",
  "validation",
  "review",
  "test",
  "tested",
  "ranking",
  "gate",
  "deployed",
  "learning",
] as const;
export type Place = (typeof places)[number];

/** What a child tells, a line of JSON each, the moment it happens. */
export type LoopMessage =
  | {
      /** What is on the disk: once when the store was opened, once before it is closed. */
      readonly type: "kept";
      readonly verification: Verification;
      readonly torn: boolean;
      readonly experiences: readonly Experience[];
      readonly logs: Readonly<Record<string, readonly LoggedDeploymentEvent[]>>;
      readonly open: readonly string[];
    }
  /** These changes were acknowledged. */
  | { readonly type: "written"; readonly changes: readonly StoreChange[] }
  | { readonly type: "cycle_begun" }
  | {
      readonly type: "cycle_ended";
      readonly success: boolean;
      readonly reason?: string;
      /** Who serves, by the plan, by the runs and by the record; the record knows none before the first deployment. */
      readonly plan: TrafficPlan;
      readonly served: readonly string[];
      readonly activeVersion: string | undefined;
    };
