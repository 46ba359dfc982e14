import { runLengthLimit } from "@spark/evidence";
import type { CountedRun } from "./counted-run.ts";
import type { GuardSetup } from "./guard-setup.ts";

/** How many runs a deployment is taken to have at the most when the fuse is calibrated. */
const mostRuns = 1_000_000;

/**
 * The fuse: more than `limit` failures of the candidate in a row, its runs in the order of their starts.
 *
 * Where the baseline runs alongside, a row alone says nothing: an outage that both share makes long ones. It
 * counts only while the baseline does well in the meantime. A failure of the baseline starts the row anew, and
 * the row trips when together with the baseline's successes since its beginning it would be too improbable for
 * a candidate within its margin at any failure rate. Several runs of one key in a row are one.
 */
export class Streak {
  readonly limit: number;
  readonly #alongside: { readonly ratio: number; readonly logRisk: number } | undefined;
  readonly #candidateKeys = new Set<string>();
  readonly #baselineKeys = new Set<string>();
  #length = 0;
  #baselineSuccesses = 0;
  #share = 1;

  /** @param options.alongside - Tolerated ratio of failure rates and the fuse's risk; none: rows speak for themselves. */
  constructor(options: {
    readonly limit: number;
    readonly alongside?: { readonly ratio: number; readonly risk: number };
  }) {
    const { limit, alongside } = options;
    this.limit = limit;
    this.#alongside = alongside && {
      ratio: alongside.ratio,
      logRisk: Math.log(alongside.risk) - Math.log(mostRuns),
    };
  }

  get length(): number {
    return this.#length;
  }

  /** Whether the row is long enough to be judged: then also a run that went well may show that it is none by chance. */
  get isLong(): boolean {
    return this.#length > this.limit;
  }

  get tripped(): boolean {
    if (!this.isLong) return false;
    if (this.#alongside === undefined || this.#share >= 1) return true;
    const { ratio, logRisk } = this.#alongside;
    return logMostProbable(ratio, this.#length, this.#baselineSuccesses) <= logRisk;
  }

  add({ record: { ok, key }, side, share }: CountedRun): void {
    if (side === "candidate") {
      this.#share = share;
      if (ok) this.#clear();
      else this.#length += countOnce(this.#candidateKeys, key);
    } else if (this.#alongside !== undefined && share < 1) {
      if (!ok) this.#clear();
      else if (this.#length > 0) this.#baselineSuccesses += countOnce(this.#baselineKeys, key);
    }
  }

  #clear(): void {
    if (this.#length === 0) return;
    this.#length = 0;
    this.#baselineSuccesses = 0;
    this.#candidateKeys.clear();
    this.#baselineKeys.clear();
  }
}

function countOnce(keys: Set<string>, key: string | undefined): 0 | 1 {
  if (key === undefined) return 1;
  if (keys.has(key)) return 0;
  keys.add(key);
  return 1;
}

/**
 * The logarithm of the largest probability of so many failures of the candidate and no failure among so many
 * runs of the baseline: the maximum over p of min(1, ratio p)^failures (1 - p)^successes.
 */
function logMostProbable(ratio: number, failures: number, successes: number): number {
  const p = failures / (failures + successes);
  if (ratio * p >= 1) return ratio > 1 ? successes * Math.log1p(-1 / ratio) : 0;
  return failures * Math.log(ratio * p) + successes * Math.log1p(-p);
}

/**
 * How many failures in a row are still tolerated: `threshold`, or more where a version within its margins
 * would get there by chance too often.
 *
 * @param failureRate - The worst rate within the margins, 0 to below 1.
 */
export function streakLimit(options: {
  readonly threshold: number;
  readonly failureRate: number;
  readonly risk: number;
}): number {
  const { threshold, failureRate, risk } = options;
  return Math.max(threshold, runLengthLimit({ failureRate, runs: mostRuns, risk }) - 1);
}

/** The fuse of a deployment. With a baseline alongside it tolerates what the error rate does; else a row speaks for itself. */
export function streakOf({ streakLimit: limit, tests, risk }: GuardSetup): Streak | undefined {
  if (limit === undefined) return undefined;
  const errors = tests.find(
    ({ guard, comparedWith }) => guard === "error_rate" && comparedWith === "alongside",
  );
  if (errors?.ratio === undefined) return new Streak({ limit });
  return new Streak({ limit, alongside: { ratio: errors.ratio, risk: risk.runLength } });
}
