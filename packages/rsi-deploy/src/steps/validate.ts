import {
  type GraphSpec,
  GraphSpec as GraphSpecSchema,
  type GraphVersion,
  graphVersion,
  isSparkError,
  type TrafficPlan,
} from "@spark/graph";
import { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import { z } from "zod";
import { Approval } from "../approval.ts";
import type { DeploymentConfig } from "../deployment-config.ts";
import { faultTexts } from "../malformation.ts";

/** What `run` of the controller takes. */
export const DeploymentRequest = z
  .strictObject({
    hypothesis: ImprovementHypothesis,
    testResult: TestResult,
    /** The spec the caller thinks is live; where it is not, the request is stale. */
    baselineSpec: z.custom<GraphSpec>((value) => typeof value === "object" && value !== null).exactOptional(),
    approval: Approval.exactOptional(),
  })
  .readonly();
export type DeploymentRequest = z.infer<typeof DeploymentRequest>;
/** A request as a person writes it: what has a default may be left out. */
export type DeploymentRequestInput = z.input<typeof DeploymentRequest>;

/** What is live when a request comes in. */
export interface LiveState {
  readonly graphId: string;
  readonly plan: TrafficPlan;
  readonly version: GraphVersion;
}

/** A request that may go on, or every reason why it may not. */
export type Validated =
  | { readonly ok: true; readonly request: DeploymentRequest }
  | { readonly ok: false; readonly reasons: readonly string[]; readonly hypothesis?: ImprovementHypothesis };

/** Step 1: may this hypothesis be deployed on what is live? Pure; touches nothing. */
export function validate(input: unknown, live: LiveState, config: DeploymentConfig): Validated {
  const parsed = DeploymentRequest.safeParse(input);
  if (!parsed.success) {
    const reasons = faultTexts(parsed.error, input);
    const hypothesis = hypothesisIn(input);
    return { ok: false, reasons, ...(hypothesis === undefined ? {} : { hypothesis }) };
  }
  const reasons = objections.flatMap((object) => object(parsed.data, live, config) ?? []);
  if (reasons.length > 0) return { ok: false, reasons, hypothesis: parsed.data.hypothesis };
  return { ok: true, request: parsed.data };
}

/** The hypothesis of a request, where there is one that can be read. */
export function hypothesisIn(input: unknown): ImprovementHypothesis | undefined {
  const given = (input as { hypothesis?: unknown } | null | undefined)?.hypothesis;
  const parsed = ImprovementHypothesis.safeParse(given);
  return parsed.success ? parsed.data : undefined;
}

type Objection = (
  request: DeploymentRequest,
  live: LiveState,
  config: DeploymentConfig,
) => string | undefined;

/** Each gives a reason to refuse, or nothing. All are asked, so that all reasons are known at once. */
const objections: readonly Objection[] = [
  ({ testResult }) =>
    testResult.status === "passed"
      ? undefined
      : `the test has not passed: expected status "passed", got "${testResult.status}"`,
  ({ testResult, hypothesis }) =>
    testResult.hypothesisId === hypothesis.hypothesisId
      ? undefined
      : `the test result is of hypothesis "${testResult.hypothesisId}", not of "${hypothesis.hypothesisId}"`,
  ({ hypothesis }, { graphId }) =>
    hypothesis.graphId === graphId
      ? undefined
      : `the hypothesis is about graph "${hypothesis.graphId}", the live graph is "${graphId}"`,
  ({ hypothesis }, { version }) =>
    hypothesis.graphVersionBaseline === version.versionId || hypothesis.graphVersionBaseline === version.label
      ? undefined
      : `the hypothesis was written for version "${hypothesis.graphVersionBaseline}", live is "${version.label}" ` +
        `(${version.versionId}); write it for the live version and test it again`,
  ({ baselineSpec }, { version }) =>
    baselineSpec === undefined ? undefined : staleness(baselineSpec, version),
  ({ hypothesis }) => (hypothesis.changes.length > 0 ? undefined : "the hypothesis has no changes"),
  (_, { plan }) =>
    plan.kind === "all"
      ? undefined
      : "the live graph's traffic is split by a plan this controller did not set; end that rollout first",
  ({ hypothesis: { riskLevel }, approval }, _, { requireReview }) =>
    requireReview && (riskLevel === "high" || riskLevel === "critical") && approval === undefined
      ? `a change of ${riskLevel} risk needs an approval ("approval: { approvedBy }")`
      : undefined,
];

function staleness(baselineSpec: GraphSpec, live: GraphVersion): string | undefined {
  if (baselineSpec === live.spec) return undefined;
  try {
    const given = graphVersion(GraphSpecSchema.parse(baselineSpec));
    return given.versionId === live.versionId
      ? undefined
      : `baselineSpec is not what is live: it is version ${given.versionId}, live is ${live.versionId}; ` +
          `read the live spec and test the hypothesis on it`;
  } catch (error) {
    if (isSparkError(error)) return `baselineSpec: ${error.message}`;
    if (error instanceof z.ZodError) return `baselineSpec: ${z.prettifyError(error)}`;
    throw error;
  }
}
