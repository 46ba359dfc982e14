import type { CycleResult, HypothesisOutcome, PhaseNote } from "@spark/rsi";
import type { Change, TestResult } from "@spark/rsi-model";
import type { StoryFact } from "../story-event.ts";
import type { HeldOutComparison } from "./compare-held-out.ts";
import type { Idea, Thought } from "./ideas.ts";

/** One hypothesis of a cycle with what is remembered of it. */
export interface Told extends HypothesisOutcome {
  /** In the order in which the loop has looked at them, from 1. */
  readonly number: number;
  readonly changes: readonly Change[];
  readonly testResult?: TestResult;
}

/** What one experience says when the loop has ended. */
export interface Lesson {
  readonly hypothesisId: string;
  /** As in {@link Told}; absent for what was there before. */
  readonly number?: number;
  readonly changes: readonly Change[];
  readonly status: string;
  /** True where it passed its test and another was deployed first. */
  readonly isLate?: boolean;
  readonly lessons: readonly string[];
}

/** What the loop has in common with the other stories. */
type SharedFact = Extract<
  StoryFact,
  {
    readonly type:
      | "training"
      | "opened"
      | "traffic_started"
      | "traffic"
      | "traffic_stopped"
      | "progress"
      | "measuring"
      | "interrupted"
      | "ended";
  }
>;

/** What happens while the loop improves the graph, as one who tells it needs to know. */
export type LoopFact =
  | SharedFact
  | { readonly type: "loading_corpus" }
  | {
      readonly type: "cycle";
      readonly number: number;
      readonly of: number;
      readonly label: string;
      /** What is wrong with the tests of this cycle. */
      readonly caveat?: string;
    }
  | ({ readonly type: "thought" } & Thought)
  | {
      readonly type: "phase";
      readonly note: PhaseNote;
      /** Where the phase was about one hypothesis. */
      readonly about?: { readonly number: number; readonly idea?: Idea };
    }
  | {
      readonly type: "cycle_ended";
      readonly label: string;
      readonly hypotheses: readonly Told[];
      readonly recommendations: readonly string[];
      readonly stoppedAt?: CycleResult["stoppedAt"];
      readonly reason?: string;
    }
  | { readonly type: "comparing"; readonly mails: number; readonly before: string; readonly after: string }
  | {
      readonly type: "compared";
      readonly labels: readonly [before: string, after: string];
      readonly comparison: HeldOutComparison;
    }
  | { readonly type: "remembered"; readonly folder: string; readonly experiences: readonly Lesson[] };

/** A fact and when it was so, in milliseconds since the Unix epoch. */
export type LoopEvent = LoopFact & { readonly at: number };
