import type { ValidationViolation } from "@spark/rsi-model";

/** Something a rule has found, and how much it adds to the risk score. */
export interface Finding {
  /** Absent where it only adds to the score. */
  readonly violation?: ValidationViolation;
  readonly score: number;
}

type Details = ValidationViolation["details"];

/** A finding that a hypothesis must not have. */
export function fault(rule: string, score: number, say: { message: string; details?: Details }): Finding {
  return { score, violation: { rule, severity: "error", details: {}, ...say } };
}

/** A finding that a hypothesis may have. */
export function caution(rule: string, score: number, say: { message: string; details?: Details }): Finding {
  return { score, violation: { rule, severity: "warning", details: {}, ...say } };
}
