import { requiredLogEvidence } from "./required-evidence.ts";

/** What two mirrored tests say: the candidate is worse than tolerated, shown to be within bounds, or neither yet. */
export type Verdict = "harm" | "safe" | "inconclusive";

/**
 * Reads a test and its mirror image, such as `attribution` with `"above"` and with `"below"` at one ratio.
 *
 * `"safe"` is positive evidence that the rate is below the tolerated one, wrong with a probability of at most
 * `safeRisk`; the absence of harm is `"inconclusive"`. Harm comes first. Both risks are above 0 and below 1,
 * else RangeError. A decision is final: evidence may fall again after it was reached.
 */
export function verdict(options: {
  readonly logHarm: number;
  readonly logSafe: number;
  readonly harmRisk: number;
  readonly safeRisk: number;
}): Verdict {
  if (options.logHarm >= requiredLogEvidence(options.harmRisk)) return "harm";
  if (options.logSafe >= requiredLogEvidence(options.safeRisk)) return "safe";
  return "inconclusive";
}
