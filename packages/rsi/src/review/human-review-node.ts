import {
  type Clock,
  type GraphVersion,
  type Ids,
  type NodeContext,
  type NodeRegistry,
  SparkError,
  systemClock,
  uniqueIds,
} from "@spark/graph";
import { ChangeApplicator, printFault } from "@spark/rsi-deploy";
import type { ReviewPending, ReviewRequest } from "@spark/rsi-model";
import { ContractNode } from "../contract-node.ts";
import { caseOf, CaseToReview, ReviewedCase } from "../hypothesis-case.ts";
import { HumanReviewConfig, type HumanReviewConfigInput } from "./review-config.ts";
import type { ReviewDesk } from "./review-desk.ts";
import type { ReviewOutcome } from "./review-outcome.ts";

/** What a review works with. */
export interface HumanReviewOptions {
  readonly desk: ReviewDesk;
  readonly config?: HumanReviewConfigInput;
  /** Told once of every new request, to fetch somebody. A failure here does not stop the review. */
  readonly notify?: (request: ReviewPending) => void | Promise<void>;
  readonly registry?: NodeRegistry;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly name?: string;
}

/**
 * Lets changes of low risk pass, and asks a person about the others.
 *
 * The request is kept at the desk before anybody waits. A process that is killed while it waits finds it there
 * again: for one hypothesis and one version there is one request, with one deadline. An approval is bound to the
 * version that was shown; other changes under the same id are another question.
 */
export class HumanReviewNode extends ContractNode<typeof CaseToReview, typeof ReviewedCase> {
  readonly #desk: ReviewDesk;
  readonly #notify: HumanReviewOptions["notify"];
  readonly #applicator: ChangeApplicator;
  readonly #config: HumanReviewConfig;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(options: HumanReviewOptions) {
    super(options.name ?? "HumanReview", { input: CaseToReview, output: ReviewedCase });
    this.#desk = options.desk;
    this.#notify = options.notify;
    this.#applicator = new ChangeApplicator(
      options.registry === undefined ? {} : { registry: options.registry },
    );
    this.#config = HumanReviewConfig.parse(options.config ?? {});
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? uniqueIds;
  }

  protected override async work(incoming: CaseToReview, { signal }: NodeContext): Promise<ReviewedCase> {
    return { ...caseOf(incoming), review: await this.#review(incoming, signal) };
  }

  async #review(reviewed: CaseToReview, signal: AbortSignal): Promise<ReviewOutcome> {
    const { hypothesis, baselineSpec, validation } = reviewed;
    const { requireApprovalForRiskLevels, waitForDecision } = this.#config;
    if (validation.approved && !requireApprovalForRiskLevels.includes(validation.riskLevel)) {
      return { status: "not_required", approved: true, reason: `the risk is ${validation.riskLevel}` };
    }
    const applied = this.#applicator.applyHypothesis({ baseline: baselineSpec, hypothesis });
    if (!applied.ok) {
      return { status: "invalid", approved: false, reason: applied.faults.map(printFault).join("; ") };
    }
    let request =
      (await this.#known(reviewed, applied.candidate)) ?? (await this.#ask(reviewed, applied.candidate));
    while (request.status === "pending" && this.#clock.now() < Date.parse(request.expiresAt)) {
      if (!waitForDecision) {
        const reason = `waiting for an answer until ${request.expiresAt}`;
        return { status: "pending", approved: false, requestId: request.requestId, reason };
      }
      const left = Date.parse(request.expiresAt) - this.#clock.now();
      await this.#clock.sleep(Math.min(left, this.#config.pollIntervalSeconds * 1000), signal);
      request = (await this.#known(reviewed, applied.candidate)) ?? request;
    }
    return outcomeOf(request.status === "pending" ? await this.#expire(request) : request, applied.candidate);
  }

  /** The request about this very version, whatever has become of it. */
  async #known(
    { hypothesis }: CaseToReview,
    { versionId }: GraphVersion,
  ): Promise<ReviewRequest | undefined> {
    const requests = await this.#desk.queryReviews({});
    return requests.find(
      ({ hypothesisId, candidateVersionId }) =>
        hypothesisId === hypothesis.hypothesisId && candidateVersionId === versionId,
    );
  }

  async #ask({ hypothesis, validation }: CaseToReview, { versionId }: GraphVersion): Promise<ReviewPending> {
    const now = this.#clock.now();
    const request: ReviewPending = {
      status: "pending",
      requestId: this.#ids.next("review"),
      hypothesisId: hypothesis.hypothesisId,
      hypothesis,
      validationResult: validation,
      candidateVersionId: versionId,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + this.#config.approvalTimeoutSeconds * 1000).toISOString(),
    };
    await this.#desk.storeReview(request);
    try {
      await this.#notify?.(request);
    } catch {
      // The request is at the desk all the same, where people look for it.
    }
    return request;
  }

  /** An answer after the deadline is refused by the desk, and the refusal settles the request. */
  async #expire({ requestId }: ReviewPending): Promise<ReviewRequest> {
    const { review } = await this.#desk.decideReview({
      requestId,
      approved: false,
      reviewer: this.name,
      reviewedAt: new Date(this.#clock.now()).toISOString(),
      reason: "nobody answered in time",
    });
    return review;
  }
}

function outcomeOf(request: ReviewRequest, { versionId }: GraphVersion): ReviewOutcome {
  const { requestId } = request;
  switch (request.status) {
    case "approved": {
      const { reviewer, reviewedAt, reason, feedback } = request.decision;
      const approval = { approvedBy: reviewer, versionId, ...(reason === "" ? {} : { reason }) };
      return { status: "approved", approved: true, requestId, reviewedAt, feedback, approval };
    }
    case "rejected": {
      const { reviewer, reviewedAt, reason, feedback } = request.decision;
      return { status: "rejected", approved: false, requestId, reviewer, reviewedAt, reason, feedback };
    }
    case "expired":
      return {
        status: "expired",
        approved: false,
        requestId,
        reason: `nobody answered by ${request.expiresAt}`,
      };
    case "pending":
      throw new SparkError("internal", `Review ${requestId} is past its deadline and still pending.`);
  }
}
