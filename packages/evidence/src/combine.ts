import { requireNumber } from "./argument.ts";
import { requireWeights } from "./grid.ts";
import { logSumExp } from "./log-space.ts";

/** One of several tests under a common budget: its log evidence, and the weight fixed for it beforehand. */
export interface WeightedEvidence {
  readonly logEvidence: number;
  /** Above 0; the weights of all parts sum to 1. */
  readonly weight: number;
}

/** The evidence of several tests together, and the index of the part that contributes most to it. */
export interface AveragedEvidence {
  readonly logEvidence: number;
  readonly leading: number;
}

/**
 * Puts several tests under one probability of a false alarm: the weighted average of their evidence.
 *
 * Valid under any dependence, and never weaker than Bonferroni's division of the risk (Vovk and Wang,
 * "E-values: calibration, combination and applications", 2021). O(parts).
 * @throws RangeError for no parts, weights that are not above 0 or do not sum to 1, or evidence that is NaN.
 */
export function averageEvidence(parts: readonly WeightedEvidence[]): AveragedEvidence {
  requireWeights(
    "averageEvidence: weights",
    parts.map(({ weight }) => weight),
  );
  requireEvidence(
    "averageEvidence",
    parts.map(({ logEvidence }) => logEvidence),
  );
  const terms = parts.map(({ logEvidence, weight }) => Math.log(weight) + logEvidence);
  return { logEvidence: logSumExp(terms), leading: terms.indexOf(Math.max(...terms)) };
}

/**
 * Which of many null hypotheses to reject so that on average at most `rate` of the rejections are false.
 *
 * The e-BH procedure (Wang and Ramdas, "False discovery rate control with e-values", 2022): the largest k whose
 * k-th largest evidence reaches K / (k rate). Valid under any dependence. Gives indices in ascending order.
 * O(K log K).
 * @throws RangeError for a rate outside (0, 1) or evidence that is NaN.
 */
export function eBenjaminiHochberg(logEvidence: readonly number[], rate: number): readonly number[] {
  requireNumber("eBenjaminiHochberg: rate", rate, { above: 0, below: 1 });
  requireEvidence("eBenjaminiHochberg", logEvidence);
  const ranked = logEvidence.map((_, index) => index).sort((a, b) => at(logEvidence, b) - at(logEvidence, a));
  const last = ranked.findLastIndex(
    (index, k) => at(logEvidence, index) >= Math.log(logEvidence.length / ((k + 1) * rate)),
  );
  return ranked.slice(0, last + 1).sort((a, b) => a - b);
}

/**
 * Turns the p-value of a foreign test into log evidence: log(kappa p^(kappa - 1)).
 *
 * Only for a p-value computed once, at a sample size fixed beforehand (Vovk and Wang 2021). `p` is above 0 and
 * at most 1, `kappa` above 0 and below 1, else RangeError.
 */
export function logEvidenceOfPValue(p: number, kappa = 0.5): number {
  requireNumber("logEvidenceOfPValue: p", p, { above: 0, atMost: 1 });
  requireNumber("logEvidenceOfPValue: kappa", kappa, { above: 0, below: 1 });
  return Math.log(kappa) + (kappa - 1) * Math.log(p);
}

function requireEvidence(call: string, logEvidence: readonly number[]): void {
  const fault = logEvidence.findIndex((value) => Number.isNaN(value));
  if (fault !== -1) throw new RangeError(`${call}: logEvidence[${fault}] must be a number, got NaN.`);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? -Infinity;
}
