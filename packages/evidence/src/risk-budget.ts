import { requireNumber } from "./argument.ts";

/** One probability of a false alarm, divided among the guarantees that may use it up. Sums to the whole. */
export interface RiskBudget {
  /** For the e-processes, together: they share it through `averageEvidence`. */
  readonly evidence: number;
  /** For the bounds taken from history (`rateUpperBound`, `quantileUpperBound`), together. */
  readonly history: number;
  /** For the limit on failures in a row (`runLengthLimit`). */
  readonly runLength: number;
}

/**
 * Splits the allowed probability of a false alarm: 80 % evidence, 10 % history, 10 % run length.
 *
 * By the union bound the whole then holds under any dependence. `risk` is above 0 and below 1, else RangeError.
 */
export function splitRisk(risk: number): RiskBudget {
  requireNumber("splitRisk: risk", risk, { above: 0, below: 1 });
  return { evidence: 0.8 * risk, history: 0.1 * risk, runLength: 0.1 * risk };
}
