import { GraphSpec, graphVersion } from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import { ExperienceDatabase } from "@spark/experience-db";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { type RiskLevel } from "@spark/rsi-model";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import { HumanReviewNode, type HumanReviewOptions } from "./human-review-node.ts";
import { approveReview, pendingReviews, rejectReview } from "./review-desk.ts";
import { printReview } from "./review-text.ts";

const baselineSpec = GraphSpec.parse({
  id: "support",
  start: "answer",
  nodes: [{ id: "answer", type: "Answer", config: { prompt: "Answer at length." } }],
});

const hypothesis = exampleHypothesis();
const versionId = versionOf(hypothesis);

function versionOf(proposal: typeof hypothesis): string {
  const applied = new ChangeApplicator().applyHypothesis({
    baseline: graphVersion(baselineSpec),
    hypothesis: proposal,
  });
  return applied.ok ? applied.candidate.versionId : "";
}

async function office(overrides: Partial<HumanReviewOptions> = {}) {
  const clock = new ManualClock();
  const desk = new ExperienceDatabase({ clock });
  await desk.initialize();
  const options: HumanReviewOptions = { desk, clock, ids: sequentialIds(), ...overrides };
  const review = (riskLevel: RiskLevel, proposal = hypothesis, approved = true) =>
    new HumanReviewNode(options)
      .run({ hypothesis: proposal, baselineSpec, validation: { approved, riskLevel, riskScore: 1 } })
      .then((reviewed) => reviewed.review);
  return { clock, desk, review };
}

describe("the human review", () => {
  test("lets low risk pass and asks nobody", async () => {
    const { desk, review } = await office();
    expect(await review("low")).toEqual({
      status: "not_required",
      approved: true,
      reason: "the risk is low",
    });
    expect(await desk.queryReviews()).toEqual([]);
  });

  test("waits for an approval, which holds for the version that was shown", async () => {
    const { clock, desk, review } = await office();
    const pending = review("high");
    await clock.advance(60_000);
    const [request] = await pendingReviews(desk);
    expect(request).toMatchObject({ requestId: "review_1", candidateVersionId: versionId, hypothesis });
    await approveReview(desk, { requestId: "review_1", reviewer: "ada", feedback: "good", clock });
    await clock.advance(5000);
    expect(await pending).toMatchObject({
      status: "approved",
      approved: true,
      feedback: "good",
      approval: { approvedBy: "ada", versionId },
    });
    expect(clock.pending).toBe(0);
  });

  test("keeps a rejection with its reviewer and reason", async () => {
    const { clock, desk, review } = await office();
    const pending = review("critical");
    await clock.advance(1);
    await rejectReview(desk, { requestId: "review_1", reviewer: "ada", reason: "too terse", clock });
    await clock.advance(5000);
    expect(await pending).toMatchObject({
      status: "rejected",
      approved: false,
      reviewer: "ada",
      reason: "too terse",
    });
    expect(await desk.readReview("review_1")).toMatchObject({
      status: "rejected",
      decision: { reviewer: "ada", reason: "too terse" },
    });
  });

  test("asks, too, about what the validator did not approve", async () => {
    const { clock, desk, review } = await office();
    const pending = review("low", hypothesis, false);
    await clock.advance(1);
    await approveReview(desk, { requestId: "review_1", reviewer: "ada", clock });
    await clock.advance(5000);
    expect((await pending).status).toBe("approved");
  });

  test("takes silence for a no, at the deadline and not before", async () => {
    const { clock, desk, review } = await office({ config: { approvalTimeoutSeconds: 7 } });
    const pending = review("high");
    await clock.advance(6999);
    expect(await pendingReviews(desk)).toHaveLength(1);
    await clock.advance(1);
    expect(await pending).toMatchObject({ status: "expired", approved: false });
    const late = await approveReview(desk, { requestId: "review_1", reviewer: "ada", clock });
    expect(late).toMatchObject({ accepted: false, review: { status: "expired" } });
  });

  test("goes on with the same request and the same deadline after a restart", async () => {
    const { clock, desk, review } = await office({ config: { waitForDecision: false } });
    const first = await review("high");
    expect(first).toMatchObject({ status: "pending", approved: false, requestId: "review_1" });
    await clock.advance(3_600_000);
    expect(await review("high")).toEqual(first);
    expect(await desk.queryReviews()).toHaveLength(1);
    await approveReview(desk, { requestId: "review_1", reviewer: "ada", clock });
    expect((await review("high")).status).toBe("approved");
  });

  test("asks anew when the changes under the same id are others", async () => {
    const { clock, desk, review } = await office({ config: { waitForDecision: false } });
    await review("high");
    await approveReview(desk, { requestId: "review_1", reviewer: "ada", clock });
    const [change] = hypothesis.changes;
    const other = exampleHypothesis({ changes: [{ ...change, newValue: "Shout." } as never] });
    expect(await review("high", other)).toMatchObject({ status: "pending", requestId: "review_2" });
  });

  test("asks nobody about changes that cannot be applied", async () => {
    const { desk, review } = await office();
    const [change] = hypothesis.changes;
    const broken = exampleHypothesis({ changes: [{ ...change, targetNodeId: "nobody" } as never] });
    expect(await review("high", broken)).toMatchObject({ status: "invalid", approved: false });
    expect(await desk.queryReviews()).toEqual([]);
  });

  test("tells somebody once, and is not stopped when that fails", async () => {
    const told: string[] = [];
    const notify = ({ requestId }: { readonly requestId: string }) => {
      told.push(requestId);
      throw new Error("no network");
    };
    const { review } = await office({ notify, config: { waitForDecision: false } });
    await review("high");
    expect((await review("high")).status).toBe("pending");
    expect(told).toEqual(["review_1"]);
  });

  test("stops waiting when its run is aborted; the request stays", async () => {
    const { clock, desk } = await office();
    const controller = new AbortController();
    const validation = { approved: true, riskLevel: "high" as const, riskScore: 1 };
    const pending = new HumanReviewNode({ desk, clock }).run(
      { hypothesis, baselineSpec, validation },
      { signal: controller.signal },
    );
    await clock.advance(1);
    controller.abort(new Error("shut down"));
    await expect(pending).rejects.toThrow("shut down");
    expect(await pendingReviews(desk)).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe("a printed review", () => {
  test("shows every value in full, and text that was handed in stays on its line", async () => {
    const { desk, review } = await office({ config: { waitForDecision: false } });
    const [change] = hypothesis.changes;
    const newValue = "Be brief. ".repeat(50);
    await review(
      "high",
      exampleHypothesis({
        rationale: "good\nerror: none\u001b[2J",
        changes: [{ ...change, newValue } as never],
      }),
    );
    const [request] = await pendingReviews(desk);
    const lines = printReview(request!, baselineSpec);
    expect(lines).toContain("Why: good error: none [2J");
    expect(lines.at(-1)).toContain("Answer at length.");
    expect(lines.at(-1)).toContain(newValue);
  });
});
