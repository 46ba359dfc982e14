import { averageEvidence, requiredLogEvidence } from "@spark/evidence";
import type { RunPair } from "./arm-run.ts";
import { MeasureEvidence, type Question } from "./measure-evidence.ts";
import { readMeasure } from "./measured-values.ts";
import type { Measure, SuccessCriteria, TrialConfig } from "./trial-config.ts";
import type { TrialScale } from "./trial-scale.ts";

/** How a trial ends by evidence. */
export type Decision = "passed" | "failed";

/** How many times the first cost seen a run's cost counts at the most. */
const costCapMultiple = 2;

/**
 * Compares two arms pair by pair, and may be asked for a decision after each.
 *
 * - It says `passed` once some measure is shown better (the evidence of all measures is averaged, so equal arms
 *   ever pass with a probability of at most `risk`), and every measure of `mustBeShownSafe` is shown to stay within
 *   its margin (so an arm that loses more passes with a probability of at most `risk`, too).
 * - It says `failed` once some measure is shown worse than tolerated: for an arm that is within its tolerances
 *   with a probability of at most `risk`.
 *
 * Both hold however often one asks. O(1) a pair.
 */
export class PairedComparison {
  readonly #criteria: SuccessCriteria;
  readonly #minPairs: number;
  readonly #weight: number;
  readonly #evidence = new Map<Measure, MeasureEvidence>();
  readonly #costIsMeasured: boolean;
  /** The log evidence that decides. */
  readonly required: number;
  #pairs = 0;
  #improvementPeak = -Infinity;
  #harmPeak = -Infinity;

  constructor(
    scale: TrialScale,
    { risk, minPairs, successCriteria }: Pick<TrialConfig, "risk" | "minPairs" | "successCriteria">,
  ) {
    this.#criteria = successCriteria;
    this.#minPairs = minPairs;
    this.required = requiredLogEvidence(risk);
    this.#weight = 1 / scale.measures.length;
    this.#costIsMeasured = scale.measures.includes("cost");
    for (const measure of scale.measures) {
      if (measure !== "cost") this.#measure(measure, measure === "latency" ? scale.latencyCapSeconds : 1);
    }
  }

  get pairs(): number {
    return this.#pairs;
  }

  /** The evidence of each measure. Cost has some from the first pair on that cost something. */
  get measures(): readonly MeasureEvidence[] {
    return [...this.#evidence.values()];
  }

  /** Largest log evidence so far that the candidate is better in something. */
  get improvementPeak(): number {
    return this.#improvementPeak;
  }

  /** Largest log evidence so far that it is worse than tolerated in something. */
  get harmPeak(): number {
    return this.#harmPeak;
  }

  get improves(): boolean {
    return this.#improvementPeak >= this.required;
  }

  get harms(): boolean {
    return this.#harmPeak >= this.required;
  }

  add(pair: RunPair): void {
    this.#pairs += 1;
    for (const evidence of this.#evidence.values()) evidence.add(readMeasure(evidence.measure, pair));
    // The scale of cost is set by the first cost that is seen, so that pair itself does not count.
    if (this.#costIsMeasured && !this.#evidence.has("cost")) this.#scaleCost(pair);
    this.#improvementPeak = Math.max(this.#improvementPeak, this.#averaged("better"));
    this.#harmPeak = Math.max(this.#harmPeak, this.#averaged("worse"));
  }

  get decision(): Decision | undefined {
    if (this.harms) return "failed";
    const passes = this.#pairs >= this.#minPairs && this.improves && this.measures.every(this.#isTolerable);
    return passes ? "passed" : undefined;
  }

  /** About how many more pairs like those so far would decide; undefined where no number would. */
  get pairsToDecision(): number | undefined {
    if (this.decision !== undefined) return 0;
    const share = -Math.log(this.#weight);
    const soonest = (question: Question): number =>
      Math.min(
        Infinity,
        ...this.measures.map((one) => one.pairsTo(question, this.required + share) ?? Infinity),
      );
    const safe = this.measures
      .filter((one) => !this.isShownSafe(one))
      .filter(({ measure }) => this.#criteria.mustBeShownSafe.includes(measure))
      .map((one) => one.pairsTo("safe", this.required) ?? Infinity);
    const toPass = Math.max(this.improves ? 0 : soonest("better"), ...safe, this.#minPairs - this.#pairs);
    const soon = Math.min(toPass, soonest("worse"));
    return Number.isFinite(soon) ? soon : undefined;
  }

  isShownSafe({ safePeak }: MeasureEvidence): boolean {
    return safePeak >= this.required;
  }

  readonly #isTolerable = (evidence: MeasureEvidence): boolean =>
    this.#criteria.mustBeShownSafe.includes(evidence.measure)
      ? this.isShownSafe(evidence)
      : isWithinMargin(evidence, this.#criteria);

  #measure(measure: Measure, cap: number): void {
    this.#evidence.set(measure, new MeasureEvidence(measure, this.#criteria, cap));
  }

  #scaleCost(pair: RunPair): void {
    const { candidate, baseline } = readMeasure("cost", pair);
    const largest = Math.max(candidate, baseline);
    if (largest > 0) this.#measure("cost", costCapMultiple * largest);
  }

  #averaged(question: Question): number {
    let rest = 1;
    const parts = this.measures.map((evidence) => {
      rest -= this.#weight;
      return { weight: this.#weight, logEvidence: evidence.logEvidence(question) };
    });
    // A measure without evidence yet holds its weight at an evidence of 1.
    if (rest > this.#weight / 2) parts.push({ weight: rest, logEvidence: 0 });
    return averageEvidence(parts).logEvidence;
  }
}

/** Whether the observed difference is within its margin. */
function isWithinMargin({ measure, means }: MeasureEvidence, criteria: SuccessCriteria): boolean {
  const { candidate, baseline } = means;
  switch (measure) {
    case "successRate":
      return baseline - candidate <= criteria.successRateMargin;
    case "quality":
      return baseline - candidate <= criteria.qualityMargin;
    case "latency":
      return candidate <= baseline * (1 + criteria.maxLatencyIncrease);
    case "cost":
      return candidate <= baseline * (1 + criteria.maxCostIncrease);
  }
}
