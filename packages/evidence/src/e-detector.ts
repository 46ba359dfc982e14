import { requireNumber } from "./argument.ts";
import type { EProcess } from "./e-process.ts";
import { logAddExp, logMixture } from "./log-space.ts";
import { advanced } from "./restart-mixture.ts";

/** A watch without an end: each alternative's score when the open check began. */
export interface DetectorState {
  readonly opening: readonly number[];
}

/** Watches for a change for ever. `open` is the inner test's state in the open check. */
export interface EDetector<State> {
  readonly averageRunLength: number;
  /** The state when the first check opens, and again after an alarm. */
  start(): DetectorState;
  /** Ends the open check and opens the next one, for which the caller starts again with the inner test's `empty()`. */
  close(state: DetectorState, open: State): DetectorState;
  logStatistic(state: DetectorState, open: State): number;
  /** Whether the statistic has reached the average run length. */
  alarms(state: DetectorState, open: State): boolean;
}

/**
 * Watches a version after its rollout: without a change, the first alarm comes after `averageRunLength` checks
 * or more on average, and within N checks with a probability of at most N / averageRunLength.
 *
 * The Shiryaev-Roberts e-detector (Shin, Ramdas and Rinaldo, "E-detectors", 2023): a new test starts at every
 * check and all are added up. 30 days of checks are a sensible average. About 1 µs a call.
 * @throws RangeError for an average below 1, or a state that belongs to another test.
 */
export function eDetector<State>(
  test: Pick<EProcess<State, never>, "weights" | "scores">,
  options: { readonly averageRunLength: number },
): EDetector<State> {
  const averageRunLength = requireNumber("eDetector: averageRunLength", options.averageRunLength, {
    atLeast: 1,
  });
  const logWeights = test.weights.map(Math.log);
  const advance = ({ opening }: DetectorState, open: State): number[] => advanced(opening, test.scores(open));
  const logStatistic = (state: DetectorState, open: State): number =>
    logMixture(logWeights, advance(state, open));

  return Object.freeze<EDetector<State>>({
    averageRunLength,
    start: () => ({ opening: test.weights.map(() => 0) }),
    close: (state, open) => ({ opening: advance(state, open).map((score) => logAddExp(score, 0)) }),
    logStatistic,
    alarms: (state, open) => logStatistic(state, open) >= Math.log(averageRunLength),
  });
}
