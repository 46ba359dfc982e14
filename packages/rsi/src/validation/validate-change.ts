import type { RiskLevel, ValidationResult } from "@spark/rsi-model";
import { changeRules } from "./change-rules.ts";
import { fault, type Finding } from "./finding.ts";
import { hypothesisRules } from "./hypothesis-rules.ts";
import type { ValidationSubject } from "./validation-subject.ts";
import type { ValidatorConfig } from "./validator-config.ts";

/**
 * Puts every rule to a hypothesis and sums up. Pure.
 *
 * It is approved when no rule finds an error, and the score stays below `maxRiskScore`. The level is that of the
 * score (low, medium from `autoApproveRiskThreshold`, high from 0.7, critical from 1.5), or the one the author
 * states, whichever is higher.
 */
export function validateChange(subject: ValidationSubject): ValidationResult {
  const { applied, config, hypothesis } = subject;
  const found = [
    ...Object.values(hypothesisRules).flatMap((rule): readonly Finding[] => rule(subject)),
    ...(applied.ok
      ? Object.values(changeRules).flatMap((rule): readonly Finding[] => rule({ ...subject, ...applied }))
      : []),
  ];
  // Sums of tenths: rounded, so that 0.1 + 0.2 does not lie above 0.3.
  const riskScore = Math.round(found.reduce((sum, { score }) => sum + score, 0) * 1e6) / 1e6;
  const tooRisky =
    riskScore < config.maxRiskScore
      ? []
      : [
          fault("max_risk_score", 0, {
            message: `the risks add up to ${riskScore}, the limit is ${config.maxRiskScore}`,
          }),
        ];
  const violations = [...found, ...tooRisky].flatMap(({ violation }) => violation ?? []);
  const riskLevel = higherOf(levelOf(riskScore, config), hypothesis.riskLevel);
  const approved = violations.every(({ severity }) => severity !== "error");
  return {
    approved,
    riskLevel,
    riskScore,
    violations,
    recommendations: recommend({ riskLevel, violations }, subject.registry !== undefined),
  };
}

const levels: readonly RiskLevel[] = ["low", "medium", "high", "critical"];

function higherOf(a: RiskLevel, b: RiskLevel): RiskLevel {
  return levels.indexOf(a) >= levels.indexOf(b) ? a : b;
}

function levelOf(score: number, { autoApproveRiskThreshold }: ValidatorConfig): RiskLevel {
  if (score < autoApproveRiskThreshold) return "low";
  if (score < 0.7) return "medium";
  return score < 1.5 ? "high" : "critical";
}

const advice: Readonly<Record<RiskLevel, string>> = {
  low: "Low risk: test it, then deploy it.",
  medium: "Medium risk: test it, then deploy it as a canary.",
  high: "High risk: a person should see it; then shadow or canary.",
  critical: "Critical risk: a person must see it; better split it into smaller changes.",
};

function recommend(
  { riskLevel, violations }: Pick<ValidationResult, "riskLevel" | "violations">,
  configsWereChecked: boolean,
): readonly string[] {
  const count = (severity: "error" | "warning"): number =>
    violations.filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  return [
    ...(errors === 0 ? [] : [`Correct ${errors === 1 ? "the error" : `the ${errors} errors`} first.`]),
    ...(warnings === 0 ? [] : [`Look at ${warnings === 1 ? "the warning" : `the ${warnings} warnings`}.`]),
    ...(configsWereChecked ? [] : ["Configs and effects were not checked: the validator has no registry."]),
    advice[riskLevel],
  ];
}
