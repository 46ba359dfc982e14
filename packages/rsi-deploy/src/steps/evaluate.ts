import type { Metrics } from "@spark/telemetry";
import { explainReading } from "../explain.ts";
import type { PanelReading } from "../guards/guard-panel.ts";
import type { GuardReading } from "../guards/guard-reading.ts";
import type { Verdict, VerdictKind } from "../verdict.ts";

/** What there is to judge. */
export interface Observation {
  readonly at: number;
  readonly stage: { readonly index: number; readonly name: string; readonly startedAt: number };
  readonly runs: { readonly baseline: number; readonly candidate: number };
  readonly minimumRuns: number;
  readonly panel: PanelReading;
  readonly baselineMetrics: Metrics | undefined;
  readonly candidateMetrics: Metrics;
}

/** Step 5: the verdict on what was observed. Pure. */
export function evaluate(observation: Observation): Verdict {
  const { at, stage, runs, minimumRuns, panel, baselineMetrics, candidateMetrics } = observation;
  const kind = kindOf(observation);
  return {
    kind,
    at,
    stage: { index: stage.index, name: stage.name },
    window: { startedAt: stage.startedAt, endedAt: at },
    runs,
    minimumRuns,
    reasons: reasonsFor(kind, observation),
    ...(kind === "breach" && panel.bothUnhealthy !== undefined
      ? { bothUnhealthy: true, better: panel.bothUnhealthy.better }
      : {}),
    readings: panel.readings,
    ...(baselineMetrics === undefined ? {} : { baselineMetrics }),
    candidateMetrics,
    ...(panel.evidence === undefined ? {} : { evidence: panel.evidence }),
    ...(panel.safety === undefined ? {} : { safety: panel.safety }),
  };
}

function kindOf({ panel, runs, minimumRuns }: Observation): VerdictKind {
  if (panel.breaches.some(({ severity }) => severity === "rollback")) return "breach";
  if (runs.candidate < minimumRuns) return "insufficient";
  return panel.safety?.shown === true ? "safe" : "healthy";
}

function reasonsFor(kind: VerdictKind, { panel, runs, minimumRuns }: Observation): readonly string[] {
  switch (kind) {
    case "breach":
      return [
        ...(panel.bothUnhealthy === undefined ? [] : [panel.bothUnhealthy.reason]),
        ...panel.breaches.map(explainReading),
      ];
    case "insufficient":
      return [`${runs.candidate} of at least ${minimumRuns} runs of the candidate seen`];
    case "safe":
    case "healthy":
      return [
        ...panel.breaches.map(explainReading),
        ...panel.readings.filter(needsSaying).map(explainReading),
      ];
  }
}

/** A guard that cannot speak, or that failed on some runs. */
function needsSaying({ armed, unread, breached }: GuardReading): boolean {
  return !breached && (!armed || unread !== undefined);
}
