import type { Metrics } from "@spark/telemetry";
import type { PanelReading } from "../guards/guard-panel.ts";
import { explainShadow, type ShadowReport } from "../shadow/shadow-report.ts";
import { percent } from "../stage.ts";
import type { Verdict, VerdictKind } from "../verdict.ts";

/** What there is to judge of a mirror stage. */
export interface ShadowObservation {
  readonly at: number;
  readonly stage: { readonly index: number; readonly name: string; readonly startedAt: number };
  readonly comparable: number;
  readonly minimumRuns: number;
  readonly maxDisagreement: number;
  readonly report: ShadowReport;
  readonly panel: PanelReading;
  readonly candidateMetrics: Metrics;
}

/**
 * Step 5 for a mirror stage: `breach` when more pairs differ than may, as surely as the interval says; `safe`
 * when as surely fewer do. Pure.
 */
export function evaluateShadow(observation: ShadowObservation): Verdict {
  const { at, stage, comparable, minimumRuns, report, panel } = observation;
  const kind = kindOf(observation);
  const said = explainShadow(report);
  return {
    kind,
    at,
    stage: { index: stage.index, name: stage.name },
    window: { startedAt: stage.startedAt, endedAt: at },
    runs: { baseline: comparable, candidate: comparable },
    minimumRuns,
    reasons: [
      kind === "insufficient"
        ? `${comparable} of at least ${minimumRuns} pairs compared`
        : `${said}, limit ${percent(observation.maxDisagreement)}`,
    ],
    readings: panel.readings,
    candidateMetrics: observation.candidateMetrics,
    shadow: report,
  };
}

function kindOf({ comparable, minimumRuns, maxDisagreement, report }: ShadowObservation): VerdictKind {
  if (report.disagreement.lower > maxDisagreement) return "breach";
  if (comparable < minimumRuns) return "insufficient";
  return report.disagreement.upper <= maxDisagreement ? "safe" : "healthy";
}
