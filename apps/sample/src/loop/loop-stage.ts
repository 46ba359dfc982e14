import type { Clock } from "@spark/graph";
import type { Corpus } from "../corpus.ts";
import type { CyclePlan } from "./cycle-plan.ts";
import type { Idea } from "./ideas.ts";
import type { LoopFact } from "./loop-event.ts";
import type { LoopPace } from "./loop-pace.ts";
import type { LoopProduction } from "./loop-wiring.ts";

/** Everything that a part of the loop's story needs. */
export interface LoopStage {
  readonly production: LoopProduction;
  readonly corpus: Corpus;
  readonly pace: LoopPace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (fact: LoopFact) => void;
  /** Awaited between pieces of work that would keep everything else waiting. */
  readonly pause: () => Promise<void>;
  readonly roster: Roster;
  /** The cycles so far, the one under way last; whoever runs a cycle puts its plan there first. */
  readonly plans: CyclePlan[];
}

/** Who is who among the hypotheses: each has a number, and the idea it was made of where that is known. */
export class Roster {
  readonly #numbers = new Map<string, number>();
  readonly #ideas = new Map<string, Idea>();

  /** Ideas are found again by their rationales. */
  add(ideas: readonly Idea[]): void {
    for (const idea of ideas) this.#ideas.set(idea.rationale, idea);
  }

  ideaOf(rationale: string): Idea | undefined {
    return this.#ideas.get(rationale);
  }

  /** The same for the same hypothesis, the next one for another. */
  numberOf(hypothesisId: string): number {
    const known = this.#numbers.get(hypothesisId);
    if (known !== undefined) return known;
    this.#numbers.set(hypothesisId, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  /** Nothing for one that this process has not looked at. */
  knownNumberOf(hypothesisId: string): number | undefined {
    return this.#numbers.get(hypothesisId);
  }
}
