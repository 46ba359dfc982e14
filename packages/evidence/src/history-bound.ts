import { requireNumber } from "./argument.ts";
import { rateUpperBound } from "./clopper-pearson.ts";
import type { Grid } from "./grid.ts";
import { type GridProcess, gridProcess } from "./grid-process.ts";
import { type RateCounts, requireCounts } from "./rate-counts.ts";

/** A test that can speak, or the reason why no count could ever make it speak. */
export type Armed<Test> =
  | ({ readonly armed: true } & Test)
  | { readonly armed: false; readonly reason: string };

/** What the comparison with history is set up with, fixed before the candidate's first run. */
export interface HistoryBoundOptions {
  /** What the baseline showed before: failures of runs. */
  readonly history: RateCounts;
  /** How many times the baseline's rate the candidate may have, above 0. */
  readonly ratio: number;
  /** The probability with which the bound may be wrong; comes off the budget for false alarms (`splitRisk`). */
  readonly risk: number;
  readonly grid?: Grid;
}

/**
 * Tests a candidate's failure rate against a baseline that ran before it: null hypothesis, it is at most
 * `ratio` times the baseline's.
 *
 * The limit is `ratio` times the upper Clopper-Pearson bound of the baseline's rate, so the uncertainty of
 * the history is paid for (with its plain quotient, 28 % false alarms at the boundary in simulation). Needs
 * about 1,000 runs for gross regressions and 10,000 for 2 to 3 times. An outage or a drift since the history
 * was taken counts against the candidate: where the baseline can run alongside, use `attribution`.
 * Not armed where the limit reaches 1.
 *
 * @throws RangeError for bad counts, a ratio not above 0, or a risk outside (0, 1).
 */
export function historyBound(options: HistoryBoundOptions): Armed<{ rateBound: number; test: GridProcess }> {
  const history = requireCounts("historyBound: history", options.history);
  const ratio = requireNumber("historyBound: ratio", options.ratio, { above: 0 });
  const rateBound = rateUpperBound(history, options.risk);
  const nullRate = ratio * rateBound;
  if (nullRate >= 1) {
    return {
      armed: false,
      reason:
        `${history.hits} failures of ${history.trials} runs allow a baseline rate up to ${rateBound.toPrecision(3)}, ` +
        `and ${ratio} times that is no limit. Gather more runs before the start.`,
    };
  }
  const test = gridProcess({ nullRate, ...(options.grid && { grid: options.grid }) });
  return { armed: true, rateBound, test };
}
