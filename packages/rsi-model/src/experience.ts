import { z } from "zod";
import { HypothesisType, type ImprovementHypothesis, Proposal } from "./hypothesis.ts";
import { DeploymentOutcome, mergeOutcomes } from "./outcome.ts";
import { TestResult } from "./test-result.ts";

/**
 * How far a hypothesis has come: `proposed`, then the status of its test with `test_` before it, then the
 * status of its latest deployment.
 */
export const ExperienceStatus = z.enum([
  "proposed",
  "test_pending",
  "test_running",
  "test_passed",
  "test_failed",
  "test_inconclusive",
  "test_error",
  "in_progress",
  "completed",
  "rolled_back",
  "failed",
  "aborted",
  "rejected",
]);
export type ExperienceStatus = z.infer<typeof ExperienceStatus>;

/** All that is remembered of one hypothesis. */
export const Experience = z
  .strictObject({
    hypothesisId: z.string().min(1),
    graphId: z.string().min(1),
    graphVersionBaseline: z.string().min(1),
    hypothesisType: HypothesisType,
    targetNode: z.string().exactOptional(),
    proposal: Proposal,
    status: ExperienceStatus,
    testResult: TestResult.exactOptional(),
    /** What the last report said: whether the change is in service. */
    deployed: z.boolean(),
    /** The deployment that was reported last. */
    outcome: DeploymentOutcome.exactOptional(),
    /** Every deployment that was reported, in the order of the first reports. */
    deployments: z.array(DeploymentOutcome).readonly(),
    lessons: z.array(z.string()).readonly(),
    patterns: z.array(z.string()).readonly(),
    /** When it was stored first, milliseconds since the Unix epoch. */
    timestamp: z.number().nonnegative(),
    /** The same as ISO 8601. */
    createdAt: z.iso.datetime({ offset: true }),
  })
  .readonly();
export type Experience = z.infer<typeof Experience>;

/** What a report of a deployment adds. */
export interface OutcomeReport {
  readonly deployed: boolean;
  readonly outcome: DeploymentOutcome;
  readonly lessons: readonly string[];
  readonly patterns: readonly string[];
}

/** Takes a hypothesis in; what is known from `earlier` (tests, deployments, lessons) stays. */
export function remember(
  hypothesis: ImprovementHypothesis,
  { at, earlier }: { readonly at: number; readonly earlier?: Experience | undefined },
): Experience {
  const { hypothesisId, graphId, graphVersionBaseline, hypothesisType, targetNode } = hypothesis;
  return {
    hypothesisId,
    graphId,
    graphVersionBaseline,
    hypothesisType,
    ...(targetNode !== undefined && { targetNode }),
    proposal: proposalOf(hypothesis),
    status: earlier?.status ?? "proposed",
    ...(earlier?.testResult && { testResult: earlier.testResult }),
    deployed: earlier?.deployed ?? false,
    ...(earlier?.outcome && { outcome: earlier.outcome }),
    deployments: earlier?.deployments ?? [],
    lessons: earlier?.lessons ?? [],
    patterns: earlier?.patterns ?? [],
    timestamp: earlier?.timestamp ?? at,
    createdAt: earlier?.createdAt ?? new Date(at).toISOString(),
  };
}

/** What a hypothesis proposes. Written out, because a rest pattern is ten times slower and a store reads many. */
export function proposalOf(hypothesis: ImprovementHypothesis): Proposal {
  const { createdAt, extra } = hypothesis;
  return {
    rationale: hypothesis.rationale,
    diagnosticEvidence: hypothesis.diagnosticEvidence,
    expectedImprovement: hypothesis.expectedImprovement,
    changes: hypothesis.changes,
    riskLevel: hypothesis.riskLevel,
    riskFactors: hypothesis.riskFactors,
    ...(createdAt !== undefined && { createdAt }),
    createdBy: hypothesis.createdBy,
    ...(extra !== undefined && { extra }),
  };
}

/** Takes a test result in, with what it taught. A deployment that has been reported keeps the say over the status. */
export function withTestResult(
  experience: Experience,
  testResult: TestResult,
  lessons: readonly string[] = [],
): Experience {
  return {
    ...experience,
    testResult,
    status: experience.outcome?.status ?? `test_${testResult.status}`,
    lessons: union(experience.lessons, lessons),
  };
}

/**
 * Takes the report of a deployment in. Reports of the same deployment are merged; lessons and patterns are
 * added to those there are.
 */
export function withOutcome(experience: Experience, report: OutcomeReport): Experience {
  const { deploymentId } = report.outcome;
  const place = experience.deployments.findIndex((one) => one.deploymentId === deploymentId);
  const earlier = experience.deployments[place];
  const outcome = earlier ? mergeOutcomes(earlier, report.outcome) : report.outcome;
  return {
    ...experience,
    outcome,
    status: outcome.status,
    deployed: report.deployed,
    deployments: earlier ? experience.deployments.with(place, outcome) : [...experience.deployments, outcome],
    lessons: union(experience.lessons, report.lessons),
    patterns: union(experience.patterns, report.patterns),
  };
}

/** The hypothesis an experience is about, as it was stored. */
export function hypothesisOf(experience: Experience): ImprovementHypothesis {
  const { hypothesisId, graphId, graphVersionBaseline, hypothesisType, targetNode, proposal } = experience;
  return {
    hypothesisId,
    graphId,
    graphVersionBaseline,
    hypothesisType,
    ...(targetNode === undefined ? {} : { targetNode }),
    ...proposal,
  };
}

/** True when the change was deployed and kept. */
export function hasSucceeded({ deployed, outcome }: Experience): boolean {
  return deployed && outcome?.successful === true;
}

/**
 * True when the change has shown itself bad: its test failed, or its deployment did harm or broke. A test
 * that could not tell, a refusal, a person's abort, and a deployment that nobody could go on with after its process
 * had ended say nothing about the change.
 */
export function hasFailed({ status, outcome }: Experience): boolean {
  if (status === "failed") return outcome?.extra?.["phase"] !== "recovery";
  return status === "test_failed" || status === "test_error" || status === "rolled_back";
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])];
}
