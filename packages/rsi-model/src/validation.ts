import { JsonObject } from "@spark/graph";
import { z } from "zod";
import { RiskLevel } from "./hypothesis.ts";

/** A rule that a hypothesis breaks (`error`) or strains (`warning`). */
export const ValidationViolation = z
  .strictObject({
    rule: z.string().min(1),
    severity: z.enum(["error", "warning"]),
    message: z.string(),
    details: JsonObject.default({}),
  })
  .readonly();
export type ValidationViolation = z.infer<typeof ValidationViolation>;

/** Whether a hypothesis may be tested, and how risky it is. */
export const ValidationResult = z
  .strictObject({
    approved: z.boolean(),
    riskLevel: RiskLevel,
    /** From 0; there is no upper bound. */
    riskScore: z.number().nonnegative(),
    violations: z.array(ValidationViolation).readonly().default([]),
    recommendations: z.array(z.string()).readonly().default([]),
  })
  .readonly();
export type ValidationResult = z.infer<typeof ValidationResult>;
