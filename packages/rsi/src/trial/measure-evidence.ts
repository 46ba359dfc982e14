import type { BettingState } from "@spark/evidence";
import type { MeasuredPair } from "./measured-values.ts";
import { type MeasureTest, type MeasureTests, testsOf } from "./measure-tests.ts";
import type { Measure, SuccessCriteria } from "./trial-config.ts";

export type Question = keyof MeasureTests;

/** What the pairs so far say about one measure. */
export class MeasureEvidence {
  readonly measure: Measure;
  /** Values above it count as it; 1 for scores. */
  readonly cap: number;
  /** Candidate minus baseline, clipped, in units of `cap`: each from -1 to 1. */
  readonly differences: number[] = [];
  /** Candidate values that were clipped. */
  clipped = 0;
  readonly #tests: MeasureTests;
  readonly #states: Record<Question, BettingState>;
  #safePeak = -Infinity;
  #sum = { candidate: 0, baseline: 0 };

  constructor(measure: Measure, criteria: SuccessCriteria, cap: number) {
    this.measure = measure;
    this.cap = cap;
    this.#tests = testsOf(measure, criteria, cap);
    const { better, worse, safe } = this.#tests;
    this.#states = {
      better: better.process.empty(),
      worse: worse.process.empty(),
      safe: safe.process.empty(),
    };
  }

  /** Largest log evidence so far that the measure stays within its margin. A decision is final. */
  get safePeak(): number {
    return this.#safePeak;
  }

  /** Means of both arms, clipped. */
  get means(): MeasuredPair {
    const count = Math.max(1, this.differences.length);
    return { candidate: this.#sum.candidate / count, baseline: this.#sum.baseline / count };
  }

  add(pair: MeasuredPair): void {
    const candidate = Math.min(pair.candidate, this.cap);
    const baseline = Math.min(pair.baseline, this.cap);
    if (pair.candidate > this.cap) this.clipped += 1;
    this.differences.push((candidate - baseline) / this.cap);
    this.#sum.candidate += candidate;
    this.#sum.baseline += baseline;
    this.#states.better = step(this.#tests.better, this.#states.better, pair);
    this.#states.worse = step(this.#tests.worse, this.#states.worse, pair);
    this.#states.safe = step(this.#tests.safe, this.#states.safe, pair);
    this.#safePeak = Math.max(this.#safePeak, this.logEvidence("safe"));
  }

  logEvidence(question: Question): number {
    return this.#tests[question].process.logEvidence(this.#states[question]);
  }

  /** About how many more pairs like those so far would bring the evidence to `required`; undefined for never. */
  pairsTo(question: Question, required: number): number | undefined {
    const { pairs, logCapitals } = this.#states[question];
    const share = Math.log(logCapitals.length);
    const waits = logCapitals
      .filter((capital) => capital > 0)
      .map((capital) => Math.max(0, ((required + share - capital) * pairs) / capital));
    return waits.length === 0 ? undefined : Math.ceil(Math.min(...waits));
  }
}

function step({ process, flipped }: MeasureTest, state: BettingState, pair: MeasuredPair): BettingState {
  return process.add(state, flipped ? { candidate: pair.baseline, baseline: pair.candidate } : pair);
}
