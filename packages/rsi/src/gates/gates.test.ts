import { GraphSpec } from "@spark/graph";
import { DiagnosticReport, ValidationResult } from "@spark/rsi-model";
import { exampleHypothesis, exampleTestResult } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import type { ReviewOutcome } from "../review/review-outcome.ts";
import { AnalysisGate } from "./analysis-gate.ts";
import { ReviewGate, TestGate, ValidationGate } from "./case-gates.ts";

const subject = {
  hypothesis: exampleHypothesis(),
  baselineSpec: GraphSpec.parse({ id: "support", start: "a", nodes: [{ id: "a", type: "Step" }] }),
};
const validation = ValidationResult.parse({ approved: true, riskLevel: "low", riskScore: 0 });
const report = DiagnosticReport.parse({ graphId: "support", generatedAt: "2026-01-01T00:00:00Z" });
const asked = { approved: false, requestId: "review_1" } as const;

describe("the analysis gate", () => {
  test("opens for a report with issues and hands it on", async () => {
    expect(await new AnalysisGate().run({ analyzed: true, hasIssues: true, report })).toEqual({
      shouldContinue: true,
      report,
    });
  });

  test("stays shut when nothing is wrong, or too little is known, and says which", async () => {
    expect(await new AnalysisGate().run({ analyzed: true, hasIssues: false, report })).toMatchObject({
      shouldContinue: false,
      reason: "no issues found",
    });
    const reason = "too few runs";
    expect(await new AnalysisGate().run({ analyzed: false, hasIssues: false, reason })).toEqual({
      shouldContinue: false,
      reason,
    });
  });
});

describe("the validation gate", () => {
  test("opens for what was approved, and hands the case on", async () => {
    const validated = { ...subject, validation };
    expect(await new ValidationGate().run(validated)).toEqual({ ...validated, shouldContinue: true });
  });

  test("stays shut otherwise and gives the errors", async () => {
    const violations = [
      { rule: "a", severity: "error", message: "too much" },
      { rule: "b", severity: "warning", message: "odd" },
    ] as const;
    const refused = { ...subject, validation: { ...validation, approved: false, violations } };
    expect(await new ValidationGate().run(refused)).toMatchObject({
      shouldContinue: false,
      reason: "not approved: too much",
      hypothesis: subject.hypothesis,
    });
  });
});

describe("the review gate", () => {
  test.each<[ReviewOutcome, boolean | string]>([
    [{ status: "not_required", approved: true, reason: "low" }, true],
    [{ status: "expired", ...asked, reason: "nobody" }, "review expired: nobody"],
    [{ status: "pending", ...asked, reason: "" }, "review pending: no reason given"],
    [
      {
        status: "rejected",
        ...asked,
        reason: "no",
        reviewer: "ada",
        reviewedAt: "2026-01-01T00:00:00Z",
        feedback: "",
      },
      "review rejected by ada: no",
    ],
  ])("answers %o", async (review, expected) => {
    const outcome = await new ReviewGate().run({ ...subject, review });
    expect(outcome.shouldContinue ? true : outcome.reason).toBe(expected);
  });
});

describe("the test gate", () => {
  test("opens for what has passed, and for nothing else", async () => {
    const gate = async (status: "passed" | "failed" | "inconclusive" | "error") => {
      const outcome = await new TestGate().run({ ...subject, testResult: exampleTestResult({ status }) });
      return outcome.shouldContinue ? true : outcome.reason;
    };
    expect(await gate("passed")).toBe(true);
    expect(await gate("failed")).toBe("test failed");
    expect(await gate("inconclusive")).toBe("test inconclusive");
    expect(await gate("error")).toBe("test error");
  });
});
