import type { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { ReviewedCase, TestedCase, ValidatedCase } from "../hypothesis-case.ts";
import { gateOutcome } from "./gate-outcome.ts";

const validatedShape = ValidatedCase.unwrap().shape;
const reviewedShape = ReviewedCase.unwrap().shape;
const testedShape = TestedCase.unwrap().shape;

/** A validated case, and whether to go on with it. */
export const ValidationGateOutcome = gateOutcome({ open: validatedShape, closed: validatedShape });
export type ValidationGateOutcome = z.infer<typeof ValidationGateOutcome>;

/** A reviewed case, and whether to go on with it. */
export const ReviewGateOutcome = gateOutcome({ open: reviewedShape, closed: reviewedShape });
export type ReviewGateOutcome = z.infer<typeof ReviewGateOutcome>;

/** A tested case, and whether to go on with it. */
export const TestGateOutcome = gateOutcome({ open: testedShape, closed: testedShape });
export type TestGateOutcome = z.infer<typeof TestGateOutcome>;

/** Goes on with what the validator approved. */
export function validationGate(validated: ValidatedCase): ValidationGateOutcome {
  const { approved, violations } = validated.validation;
  if (approved) return { ...validated, shouldContinue: true };
  const errors = violations.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return {
    ...validated,
    shouldContinue: false,
    reason: `not approved: ${errors.join("; ") || "no reason given"}`,
  };
}

/** Goes on with what needed no review or was approved in one. */
export function reviewGate(reviewed: ReviewedCase): ReviewGateOutcome {
  const { review } = reviewed;
  if (review.approved) return { ...reviewed, shouldContinue: true };
  const by = review.status === "rejected" ? ` by ${review.reviewer}` : "";
  const reason = review.reason === "" ? "no reason given" : review.reason;
  return { ...reviewed, shouldContinue: false, reason: `review ${review.status}${by}: ${reason}` };
}

/** Goes on with what has passed its test. */
export function testGate(tested: TestedCase): TestGateOutcome {
  const { status, comparison, errorMessage, numCandidateRuns } = tested.testResult;
  if (status === "passed") return { ...tested, shouldContinue: true };
  const pairs = numCandidateRuns === 0 ? "" : ` after ${numCandidateRuns} pairs`;
  const why = errorMessage ?? comparison?.summary ?? "";
  return {
    ...tested,
    shouldContinue: false,
    reason: `test ${status}${pairs}${why === "" ? "" : `: ${why}`}`,
  };
}

/** {@link validationGate} as a node. */
export class ValidationGate extends ContractNode<typeof ValidatedCase, typeof ValidationGateOutcome> {
  constructor(name = "ValidationGate") {
    super(name, { input: ValidatedCase, output: ValidationGateOutcome });
  }

  protected override work(validated: ValidatedCase): ValidationGateOutcome {
    return validationGate(validated);
  }
}

/** {@link reviewGate} as a node. */
export class ReviewGate extends ContractNode<typeof ReviewedCase, typeof ReviewGateOutcome> {
  constructor(name = "ReviewGate") {
    super(name, { input: ReviewedCase, output: ReviewGateOutcome });
  }

  protected override work(reviewed: ReviewedCase): ReviewGateOutcome {
    return reviewGate(reviewed);
  }
}

/** {@link testGate} as a node. */
export class TestGate extends ContractNode<typeof TestedCase, typeof TestGateOutcome> {
  constructor(name = "TestGate") {
    super(name, { input: TestedCase, output: TestGateOutcome });
  }

  protected override work(tested: TestedCase): TestGateOutcome {
    return testGate(tested);
  }
}
