import { attributionInformation, expectedRuns, rateInformation } from "@spark/evidence";
import type { GuardSetup } from "../guards/guard-setup.ts";
import type { GuardTest } from "../guards/guard-test.ts";
import type { WatchStage } from "../stage.ts";
import { type LatencyShape, shareSlower, slowed } from "./latency-shape.ts";

/** A regression, and what it takes on average until the guards see it. */
export interface Sighting {
  /** How many times the baseline's rate or latency the candidate's is; absent where the baseline never fails. */
  readonly ratio?: number;
  /** The candidate's error rate, for errors. */
  readonly errorRate?: number;
  /** Runs of the candidate; absent where it is within what is tolerated, or no guard is armed. */
  readonly candidateRuns?: number;
  readonly seconds?: number;
}

/** What the guards of one stage can see, alone: what earlier stages have counted comes on top. */
export interface Outlook {
  readonly errors: readonly Sighting[];
  readonly latency: readonly Sighting[];
  /** The smallest error rate and slowdown that the stage sees, on average, before its time is up. */
  readonly smallestErrorRate?: number;
  readonly smallestSlowdown?: number;
}

/** What a stage is asked about. */
export interface OutlookQuestion {
  readonly setup: GuardSetup;
  readonly stage: WatchStage;
  readonly minimumFailures: number;
  readonly candidateRuns: number;
  readonly candidateRunsPerSecond: number;
  readonly errorRate: number;
  readonly latency: LatencyShape | undefined;
}

const ratios = [2, 3, 10] as const;
const ratesWithoutBaseline = [0.01, 0.05, 0.2] as const;

/**
 * What a stage can see, from the information that each run gives: log(1/risk) plus what it costs to share the
 * budget, not to know the size of the effect, and to look out for late regressions, divided by nats a run.
 * Means within 20 % of simulated ones where the regression is well above the margin, mostly below.
 */
export function outlookOf(question: OutlookQuestion): Outlook {
  const { errorRate, latency, candidateRuns, candidateRunsPerSecond } = question;
  const sighting = (runs: number | undefined): Pick<Sighting, "candidateRuns" | "seconds"> =>
    runs === undefined ? {} : { candidateRuns: runs, seconds: runs / candidateRunsPerSecond };
  const forErrors = (rate: number): number | undefined => runsToSeeErrors(question, rate);
  const forLatency = (factor: number): number | undefined =>
    latency === undefined ? undefined : runsToSeeSlowness(question, latency, factor);
  const rates =
    errorRate === 0
      ? ratesWithoutBaseline.map((rate) => ({ errorRate: rate }))
      : ratios.map((ratio) => ({ ratio, errorRate: Math.min(1, ratio * errorRate) }));
  const smallestErrorRate = smallest(errorRate, 1, (rate) => (forErrors(rate) ?? Infinity) <= candidateRuns);
  const smallestSlowdown = smallest(1, 1000, (factor) => (forLatency(factor) ?? Infinity) <= candidateRuns);
  return {
    errors: rates.map((about) => ({ ...about, ...sighting(forErrors(about.errorRate)) })),
    latency: latency === undefined ? [] : ratios.map((ratio) => ({ ratio, ...sighting(forLatency(ratio)) })),
    ...(smallestErrorRate === undefined ? {} : { smallestErrorRate }),
    ...(smallestSlowdown === undefined ? {} : { smallestSlowdown }),
  };
}

/** The first guard that sees it decides. */
function runsToSeeErrors(question: OutlookQuestion, candidateRate: number): number | undefined {
  const { setup, stage, errorRate } = question;
  return fastest(
    testsIn(setup, stage, ["error_rate", "success_rate"]).map((test) => {
      const information =
        test.ratio === undefined
          ? informationAbove(candidateRate, test.nullRate)
          : attributed(test.ratio, { share: stage.share, baselineRate: errorRate, candidateRate });
      return runsFor(question, test, { information, candidateRate });
    }),
  );
}

/** A latency guard with a baseline alongside believes the weaker of its two tests. */
function runsToSeeSlowness(
  question: OutlookQuestion,
  latency: LatencyShape,
  factor: number,
): number | undefined {
  const { setup, stage } = question;
  return fastest(
    testsIn(setup, stage, ["p50_latency", "p95_latency"]).map((test) => {
      const limit = test.worseThan ?? Infinity;
      const candidateRate = shareSlower(slowed(latency, factor), limit);
      const above = informationAbove(candidateRate, test.nullRate);
      const beside =
        test.ratio === undefined
          ? Infinity
          : attributed(test.ratio, {
              share: stage.share,
              baselineRate: shareSlower(latency, limit),
              candidateRate,
            });
      return runsFor(question, test, { information: Math.min(above, beside), candidateRate });
    }),
  );
}

function testsIn(setup: GuardSetup, { share }: WatchStage, guards: readonly string[]): readonly GuardTest[] {
  const here = share < 1 ? "alongside" : "before";
  return setup.tests.filter(
    ({ guard, comparedWith, weight }) =>
      weight > 0 && guards.includes(guard) && (comparedWith === here || comparedWith === "limit"),
  );
}

function runsFor(
  { setup, minimumFailures }: OutlookQuestion,
  { weight }: GuardTest,
  { information, candidateRate }: { readonly information: number; readonly candidateRate: number },
): number | undefined {
  // Its weight is this test's part of the budget; half of it is kept for regressions that begin late.
  const runs = expectedRuns(information, { risk: (setup.risk.evidence * weight) / 2 });
  return runs === undefined ? undefined : Math.max(runs, minimumFailures / candidateRate);
}

function informationAbove(rate: number, nullRate: number | undefined): number {
  return nullRate === undefined || rate <= nullRate ? 0 : rateInformation(rate, nullRate);
}

function attributed(
  ratio: number,
  rates: { readonly share: number; readonly baselineRate: number; readonly candidateRate: number },
): number {
  return rates.candidateRate <= ratio * rates.baselineRate ? 0 : attributionInformation({ ratio, ...rates });
}

function fastest(runs: readonly (number | undefined)[]): number | undefined {
  const known = runs.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The smallest value between two that is seen, to a thousandth; undefined where not even the largest is. */
function smallest(from: number, to: number, isSeen: (value: number) => boolean): number | undefined {
  if (!isSeen(to)) return undefined;
  let [low, high] = [from, to];
  while (high - low > 1e-3 * Math.max(low, 1e-3)) {
    const middle = (low + high) / 2;
    if (isSeen(middle)) high = middle;
    else low = middle;
  }
  return high;
}
