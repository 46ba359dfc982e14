import { attribution, type AttributionStage } from "@spark/evidence";
import { amount, seconds } from "../explain.ts";
import type { NodeVisit, Unit } from "./node-conduct.ts";

/** One thing of the baseline and one of the candidate. */
export interface Sides<Value> {
  readonly baseline: Value;
  readonly candidate: Value;
}

/** What a node does when it is unwell, and the evidence that it does so more often in the candidate. */
export interface Sign {
  readonly name: SignName;
  /** In how many units of both versions. */
  readonly hits: number;
  /** Natural logarithm. */
  readonly logEvidence: number;
  /** Says so in words, with both values and their counts. */
  readonly clause: () => string;
  /** The candidate's runs that show it, the worst first. */
  readonly runIds: () => readonly string[];
}

/** Fails; is retried; takes long, by the slow quarter of its times and by the slowest twentieth. */
export type SignName = "failed" | "retried" | "slow" | "slowest";

/**
 * The signs of trouble that a node shows in either version.
 *
 * All are one test. Null hypothesis: the node does the same in both versions. Then, of all units that show the
 * sign, the candidate's part is hypergeometric, whatever the distributions. The evidence is that of failure
 * attribution at the candidate's part of all units: an average of convex functions of the count with mean 1
 * where the count is binomial, and so with a mean of at most 1 where it is hypergeometric (Hoeffding 1963,
 * theorem 4). Exact from the first unit on. Units are compared at the same share of traffic only, so a drift
 * from stage to stage is no evidence.
 */
export function signsOf(units: Sides<readonly Unit[]>): readonly Sign[] {
  const timed = { baseline: units.baseline.filter(isTimed), candidate: units.candidate.filter(isTimed) };
  const pooledMs = sortedMs([...timed.baseline, ...timed.candidate]);
  return [
    rareSign(units, { name: "failed", verb: "fails" }),
    rareSign(units, { name: "retried", verb: "is retried" }),
    slowSign(timed, { name: "slow", limitMs: slowLimit(pooledMs, 0.25), quantile: 0.5, label: "median" }),
    slowSign(timed, { name: "slowest", limitMs: slowLimit(pooledMs, 0.05), quantile: 0.95, label: "p95" }),
  ].filter(({ hits }) => hits > 0);
}

/** Whether a unit, or one visit of it, shows a sign. */
type Shows = (conduct: Unit | NodeVisit) => boolean;

function rareSign(
  units: Sides<readonly Unit[]>,
  { name, verb }: { readonly name: "failed" | "retried"; readonly verb: string },
): Sign {
  const shows: Shows = (conduct) => conduct[name];
  return {
    name,
    ...evidenceOf(units, shows),
    clause: () => `${verb} in ${frequencies(units, shows)}`,
    runIds: () => visitsThat(shows, units.candidate).map(({ runId }) => runId),
  };
}

function slowSign(
  units: Sides<readonly Unit[]>,
  options: {
    readonly name: "slow" | "slowest";
    readonly limitMs: number;
    /** What people are told: this quantile of each side. */
    readonly quantile: number;
    readonly label: string;
  },
): Sign {
  const { name, limitMs, quantile, label } = options;
  const shows: Shows = ({ ownMs = -Infinity }) => ownMs >= limitMs;
  const shown = (side: readonly Unit[]): string => seconds(quantileOf(sortedMs(side), quantile) / 1000);
  return {
    name,
    ...evidenceOf(units, shows),
    clause: () =>
      `${label} ${shown(units.candidate)} against ${shown(units.baseline)}, ` +
      `${seconds(limitMs / 1000)} or more in ${frequencies(units, shows)}`,
    runIds: () =>
      visitsThat(shows, units.candidate)
        .sort((a, b) => (b.ownMs ?? 0) - (a.ownMs ?? 0))
        .map(({ runId }) => runId),
  };
}

function evidenceOf(
  { baseline, candidate }: Sides<readonly Unit[]>,
  shows: Shows,
): { readonly hits: number; readonly logEvidence: number } {
  const stages = [...new Set(candidate.map(({ share }) => share))].map((share): AttributionStage => {
    const before = tally(baseline, share, shows);
    const now = tally(candidate, share, shows);
    return {
      share: now.units / (before.units + now.units),
      baselineFailures: before.hits,
      candidateFailures: now.hits,
    };
  });
  const hits = stages.reduce((sum, stage) => sum + stage.baselineFailures + stage.candidateFailures, 0);
  return { hits, logEvidence: attribution({ ratio: 1 }).logEvidence(stages) };
}

function tally(units: readonly Unit[], share: number, shows: Shows): { units: number; hits: number } {
  const counts = { units: 0, hits: 0 };
  for (const unit of units) {
    if (unit.share !== share) continue;
    counts.units += 1;
    if (shows(unit)) counts.hits += 1;
  }
  return counts;
}

/** `7.1 % of its runs (31 of 436) against 1.9 % (9 of 470)`. */
function frequencies({ baseline, candidate }: Sides<readonly Unit[]>, shows: Shows): string {
  const noun = candidate.some(({ visits }) => visits.length > 1) ? "keys" : "runs";
  const its = frequency(candidate, shows);
  const before = frequency(baseline, shows);
  return `${its.rate} of its ${noun} ${its.counts} against ${before.rate} ${before.counts}`;
}

function frequency(units: readonly Unit[], shows: Shows): { readonly rate: string; readonly counts: string } {
  const hits = units.filter(shows).length;
  return { rate: amount(hits / units.length, "share"), counts: `(${hits} of ${units.length})` };
}

function visitsThat(show: Shows, units: readonly Unit[]): NodeVisit[] {
  return units.flatMap(({ visits }) => visits.filter(show));
}

function isTimed({ ownMs }: Unit): boolean {
  return ownMs !== undefined;
}

/**
 * The time from which on about this part of the times lie; where many are equal, all or none of them, whichever
 * comes nearer. Found among the times of both versions, it does not know whose they are and favours neither.
 */
function slowLimit(sorted: Float64Array, part: number): number {
  const wanted = Math.ceil(part * sorted.length);
  const at = sorted[sorted.length - wanted] ?? Infinity;
  const including = sorted.length - sorted.indexOf(at);
  const without = sorted.length - sorted.lastIndexOf(at) - 1;
  return including - wanted <= wanted - without ? at : (sorted[sorted.length - without] ?? Infinity);
}

function sortedMs(units: readonly Unit[]): Float64Array {
  const times = new Float64Array(units.length);
  units.forEach(({ ownMs = 0 }, index) => (times[index] = ownMs));
  return times.sort();
}

/** By nearest rank; 0 where there are no values. */
function quantileOf(sorted: Float64Array, quantile: number): number {
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
}
