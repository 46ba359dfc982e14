import { requireNumber } from "./argument.ts";

/**
 * How much log evidence decides at this risk: log(1/risk), by Ville's inequality (1939).
 *
 * `risk` is the probability of ever deciding against a true null hypothesis, above 0 and below 1.
 * Compare logs, never their exponentials: exp overflows at 710 nats, which a thousand failures reach.
 */
export function requiredLogEvidence(risk: number): number {
  return -Math.log(requireNumber("requiredLogEvidence: risk", risk, { above: 0, below: 1 }));
}

/**
 * The p-value that may be looked at all the time: min(1, exp(-peak)).
 *
 * `peakLogEvidence` is the largest log evidence seen so far (Shafer, Shen, Vereshchagin and Vovk 2011).
 * For reports; decisions compare evidence with `requiredLogEvidence`.
 */
export function anytimePValue(peakLogEvidence: number): number {
  if (Number.isNaN(peakLogEvidence)) throw new RangeError("anytimePValue: expected log evidence, got NaN.");
  return Math.min(1, Math.exp(-peakLogEvidence));
}
