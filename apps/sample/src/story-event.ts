import type { DeploymentResult, ProgressEvent } from "@spark/rsi-deploy";
import type { ImprovementHypothesisInput, TestResult } from "@spark/rsi-model";
import type { Triage } from "./accuracy.ts";
import type { HeardCommand } from "./attend-rollout.ts";
import type { TrafficStats } from "./traffic.ts";

/** What one experience says after it was read back from the disk. */
export interface Remembered {
  readonly hypothesisId: string;
  readonly status: string;
  readonly reason?: string;
  readonly lessons: readonly string[];
}

/** A claim about the whole story, and what was found. */
export interface Check {
  readonly claim: string;
  readonly ok: boolean;
  readonly found: string;
}

/** What happens in the story, as one who tells it needs to know. */
export type StoryFact =
  | { readonly type: "loading_corpus"; readonly title: string }
  | { readonly type: "training"; readonly done: number; readonly of: number }
  | {
      readonly type: "opened";
      readonly seed: number;
      readonly mails: Readonly<Record<"train" | "live" | "heldOut", number>>;
      readonly label: string;
      readonly nodes: number;
      readonly databaseFolder: string;
    }
  | { readonly type: "measuring"; readonly done: number; readonly of: number }
  | {
      readonly type: "measured";
      readonly when: "before" | "after";
      readonly label: string;
      readonly triage: Triage;
    }
  | {
      readonly type: "traffic_started";
      readonly ratePerSecond: number;
      readonly maxInFlight: number;
      /** How many different mails are sent, over and over. */
      readonly mails: number;
      readonly note?: string;
    }
  | ({
      readonly type: "traffic";
      readonly perSecond: number;
      readonly live: string;
    } & TrafficStats)
  | {
      readonly type: "chapter";
      readonly number: number;
      readonly of: number;
      readonly title: string;
      readonly strategy: string;
      readonly hypothesis: ImprovementHypothesisInput;
      readonly note?: string;
    }
  | ({ readonly type: "asked" } & HeardCommand)
  | { readonly type: "tested"; readonly result: TestResult }
  | { readonly type: "progress"; readonly progress: ProgressEvent }
  | { readonly type: "deployed"; readonly result: DeploymentResult; readonly live: string }
  | {
      readonly type: "taken_back";
      readonly candidate: string;
      readonly live: string;
      /** Runs that started after the baseline was put back, and how many of them the candidate served. */
      readonly runsSince: number;
      readonly onCandidateSince: number;
    }
  | ({ readonly type: "traffic_stopped" } & TrafficStats)
  | {
      readonly type: "remembered";
      readonly folder: string;
      readonly changes: number;
      readonly experiences: readonly Remembered[];
    }
  | {
      readonly type: "interrupted";
      readonly reason: string;
      /** What serves; absent where nothing had been started yet. */
      readonly live?: string;
    }
  | {
      readonly type: "ended";
      readonly checks: readonly Check[];
      readonly seconds: number;
      readonly exitCode: number;
      /** What to try next. */
      readonly next?: string;
    };

/** A fact and when it was so, in milliseconds since the Unix epoch. */
export type StoryEvent = StoryFact & { readonly at: number };
