import { mannWhitney } from "@spark/evidence";
import { type Clock, type Graph, isSparkError, SparkError } from "@spark/graph";
import type { ComparisonResult, ImprovementHypothesisInput, TestMetrics, TestResult } from "@spark/rsi-model";
import { summarize } from "./rehearsal-metrics.ts";
import type { LabelledMail } from "./corpus.ts";
import type { Mail, TriagedMail } from "./mail.ts";

/** What a hypothesis must keep to in its test. */
export interface Criteria {
  /** Mails that only the candidate fails on. */
  readonly mayFailMore: number;
  /** Mails that the candidate decides wrongly, beyond those the baseline decides wrongly. */
  readonly mayErrMore: number;
  /** Its median time over the baseline's; where it is left out, nobody has asked. */
  readonly latencyRatio?: number;
}

/** One mail in one arm. */
export interface Rehearsed {
  /** `wrong`: decided, and not as people did; mails left to a person are not wrong. */
  readonly outcome: "right" | "wrong" | "review" | "failed";
  readonly seconds: number;
  /** Why it failed, where it did. */
  readonly errorType?: string;
}

export interface RehearsalOptions {
  readonly hypothesis: ImprovementHypothesisInput;
  readonly testedVersionId: string;
  readonly baseline: Graph<Mail, TriagedMail>;
  readonly candidate: Graph<Mail, TriagedMail>;
  readonly mails: readonly LabelledMail[];
  readonly criteria: Criteria;
  readonly caveat?: string;
  readonly testId: string;
  readonly clock: Clock;
  /** Awaited before each mail. */
  readonly pause: () => Promise<void>;
}

/**
 * Tests a hypothesis before it meets any traffic: both versions triage the same mails, in turns, with mailboxes
 * of their own. What comes out is what was measured; whether that was a fair test is up to whoever chose the mails.
 */
export async function rehearse(options: RehearsalOptions): Promise<TestResult> {
  const { baseline, candidate, mails, clock, pause } = options;
  if (mails.length === 0) throw new SparkError("invalid_input", "A test needs at least one mail, got none.");
  const startedAt = clock.now();
  const arms = { baseline: [] as Rehearsed[], candidate: [] as Rehearsed[] };
  for (const [at, mail] of mails.entries()) {
    await pause();
    // In turns, so that neither arm always finds the caches warm.
    const order = at % 2 === 0 ? (["baseline", "candidate"] as const) : (["candidate", "baseline"] as const);
    for (const arm of order) arms[arm].push(await triage({ baseline, candidate }[arm], mail, clock));
  }
  return judge(arms, { ...options, startedAt, completedAt: clock.now() });
}

async function triage(
  graph: Graph<Mail, TriagedMail>,
  { mailId, text, isSpam }: LabelledMail,
  clock: Clock,
): Promise<Rehearsed> {
  const startedAt = clock.now();
  const seconds = (): number => (clock.now() - startedAt) / 1000;
  try {
    const { decision } = await graph.run({ mailId, text });
    if (decision === "review") return { outcome: "review", seconds: seconds() };
    return { outcome: (decision === "spam") === isSpam ? "right" : "wrong", seconds: seconds() };
  } catch (error) {
    return { outcome: "failed", seconds: seconds(), errorType: errorTypeOf(error) };
  }
}

/** The class of what a node threw, where it was a node. */
function errorTypeOf(error: unknown): string {
  if (isSparkError(error)) {
    const type = error.details?.["type"];
    return typeof type === "string" ? type : error.code;
  }
  return error instanceof Error ? error.name : typeof error;
}

/** What the measurements say by the criteria. Pure. */
export function judge(
  arms: { readonly baseline: readonly Rehearsed[]; readonly candidate: readonly Rehearsed[] },
  about: Pick<RehearsalOptions, "hypothesis" | "testedVersionId" | "criteria" | "caveat" | "testId"> & {
    readonly startedAt: number;
    readonly completedAt: number;
  },
): TestResult {
  const { hypothesis, criteria, caveat, startedAt, completedAt } = about;
  const [before, after] = [summarize(arms.baseline), summarize(arms.candidate)];
  const breaches = breachesOf({ before, after }, arms, criteria);
  const passed = breaches.length === 0;
  return {
    hypothesisId: hypothesis.hypothesisId,
    testId: about.testId,
    status: passed ? "passed" : "failed",
    numBaselineRuns: before.numRuns,
    numCandidateRuns: after.numRuns,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(completedAt).toISOString(),
    durationSeconds: (completedAt - startedAt) / 1000,
    comparison: compare({ before, after }, arms, { passed, caveat }),
    successCriteriaMet: passed,
    successCriteria: { ...criteria },
    ...(passed ? {} : { errorMessage: breaches.join("; ") }),
    recommendations: [],
    testedVersionId: about.testedVersionId,
  };
}

interface Metrics {
  readonly before: TestMetrics;
  readonly after: TestMetrics;
}

function breachesOf(
  { before, after }: Metrics,
  arms: { readonly baseline: readonly Rehearsed[]; readonly candidate: readonly Rehearsed[] },
  { mayFailMore, mayErrMore, latencyRatio = Number.POSITIVE_INFINITY }: Criteria,
): readonly string[] {
  const onlyCandidateFails = arms.candidate.filter(
    ({ outcome }, at) => outcome === "failed" && arms.baseline[at]?.outcome !== "failed",
  ).length;
  const wrong = (runs: readonly Rehearsed[]): number =>
    runs.filter(({ outcome }) => outcome === "wrong").length;
  const more = wrong(arms.candidate) - wrong(arms.baseline);
  const ratio = after.p50Duration / before.p50Duration;
  return [
    ...(onlyCandidateFails > mayFailMore
      ? [`fails on ${onlyCandidateFails} mails that the baseline takes, expected ${mayFailMore} at most`]
      : []),
    ...(more > mayErrMore ? [`${more} more wrong decisions, expected ${mayErrMore} more at most`] : []),
    ...(ratio > latencyRatio
      ? [`takes ${ratio.toFixed(2)} times as long, expected ${latencyRatio} times at most`]
      : []),
  ];
}

function compare(
  { before, after }: Metrics,
  arms: { readonly baseline: readonly Rehearsed[]; readonly candidate: readonly Rehearsed[] },
  { passed, caveat }: { readonly passed: boolean; readonly caveat: string | undefined },
): ComparisonResult {
  const seconds = (runs: readonly Rehearsed[]): number[] => runs.map((run) => run.seconds);
  const { pValue } = mannWhitney({ a: seconds(arms.candidate), b: seconds(arms.baseline) });
  const faster = after.avgDuration < before.avgDuration;
  const significant = pValue < 0.05;
  return {
    baselineMetrics: before,
    candidateMetrics: after,
    successRateDelta: after.successRate - before.successRate,
    avgDurationDelta: after.avgDuration - before.avgDuration,
    p95DurationDelta: after.p95Duration - before.p95Duration,
    // Of the latencies (Mann and Whitney); the other criteria are counts.
    isSignificant: significant,
    confidenceLevel: 0.95,
    pValue,
    isImprovement: significant && faster,
    isRegression: significant && !faster,
    meetsSuccessCriteria: passed,
    summary: `${after.numRuns} mails, each triaged by both versions in turns`,
    warnings: caveat === undefined ? [] : [caveat],
  };
}
