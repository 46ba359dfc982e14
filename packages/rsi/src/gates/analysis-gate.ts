import { DiagnosticReport } from "@spark/rsi-model";
import type { z } from "zod";
import { Analysis } from "../analysis/performance-analyzer-node.ts";
import { ContractNode } from "../contract-node.ts";
import { gateOutcome } from "./gate-outcome.ts";

/** A report that is worth acting on, or why there is nothing to do. */
export const AnalysisGateOutcome = gateOutcome({
  open: { report: DiagnosticReport },
  closed: { report: DiagnosticReport.exactOptional() },
});
export type AnalysisGateOutcome = z.infer<typeof AnalysisGateOutcome>;

/** Goes on where the analysis has found issues. */
export function analysisGate(analysis: Analysis): AnalysisGateOutcome {
  if (!analysis.analyzed) return { shouldContinue: false, reason: analysis.reason };
  const { report } = analysis;
  return analysis.hasIssues
    ? { shouldContinue: true, report }
    : { shouldContinue: false, reason: "no issues found", report };
}

/** {@link analysisGate} as a node. */
export class AnalysisGate extends ContractNode<typeof Analysis, typeof AnalysisGateOutcome> {
  constructor(name = "AnalysisGate") {
    super(name, { input: Analysis, output: AnalysisGateOutcome });
  }

  protected override work(analysis: Analysis): AnalysisGateOutcome {
    return analysisGate(analysis);
  }
}
