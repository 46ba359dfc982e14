import type { CycleResult, HypothesisOutcome, PhaseNote } from "@spark/rsi";
import type { Change, TestResult } from "@spark/rsi-model";
import type { Check } from "../story-event.ts";
import type { TrafficStats } from "../traffic.ts";
import type { HeldOutComparison } from "./compare-held-out.ts";
import type { Thought } from "./told-model.ts";

/** One hypothesis of a cycle with what is remembered of it. */
export interface Told extends HypothesisOutcome {
  readonly changes: readonly Change[];
  readonly testResult?: TestResult;
}

/** What one experience says when the loop has ended. */
export interface Lesson {
  readonly hypothesisId: string;
  readonly status: string;
  readonly lessons: readonly string[];
}

/** What happens while the loop improves the graph, as one who tells it needs to know. */
export type LoopFact =
  | { readonly type: "loading_corpus" }
  | { readonly type: "training"; readonly of: number }
  | {
      readonly type: "opened";
      readonly seed: number;
      readonly mails: Readonly<Record<"train" | "live" | "heldOut", number>>;
      readonly label: string;
      readonly nodes: number;
      readonly databaseFolder: string;
    }
  | { readonly type: "traffic_started"; readonly ratePerSecond: number }
  | { readonly type: "cycle"; readonly number: number; readonly of: number; readonly label: string }
  | ({ readonly type: "thought" } & Thought)
  | { readonly type: "phase"; readonly note: PhaseNote }
  | {
      readonly type: "cycle_ended";
      readonly label: string;
      readonly hypotheses: readonly Told[];
      readonly recommendations: readonly string[];
      readonly stoppedAt?: CycleResult["stoppedAt"];
      readonly reason?: string;
    }
  | ({ readonly type: "traffic_stopped" } & TrafficStats)
  | { readonly type: "comparing"; readonly mails: number; readonly before: string; readonly after: string }
  | {
      readonly type: "compared";
      readonly labels: readonly [before: string, after: string];
      readonly comparison: HeldOutComparison;
    }
  | { readonly type: "remembered"; readonly folder: string; readonly experiences: readonly Lesson[] }
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
    };

/** A fact and when it was so, in milliseconds since the Unix epoch. */
export type LoopEvent = LoopFact & { readonly at: number };
