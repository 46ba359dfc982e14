import { seconds as latency } from "../explain.ts";
import { percent } from "../stage.ts";
import type { Sighting } from "./outlook.ts";
import type { DeploymentPlan, StagePlan, WatchedStagePlan } from "./plan.ts";
import type { RuleOdds } from "./threshold-odds.ts";

/** A plan in words: the whole, a paragraph a stage, and the warnings with what to change. */
export function printPlan(plan: DeploymentPlan): readonly string[] {
  const { decision, falseRollback, expectedSeconds, thresholdOdds, stages, warnings } = plan;
  const chance =
    decision === "sequential" ? `at most ${percent(falseRollback)}` : `about ${rounded(falseRollback)}`;
  return [
    `${stages.length === 1 ? "1 stage" : `${stages.length} stages`}, ${time(expectedSeconds)} when nothing happens, decided by ${decision}`,
    `chance to take back a candidate without any change: ${chance}`,
    ...(decision === "sequential" ? [`threshold rules instead: ${odds(thresholdOdds)}`] : []),
    ...stages.flatMap(stageLines),
    ...(warnings.length === 0 ? ["no warnings"] : ["warnings"]),
    ...warnings.map(
      ({ stage, about, problem, change }) =>
        `  ${stage === undefined ? "" : `stage ${stage}, `}${about}: ${problem}; ${change}`,
    ),
  ];
}

function stageLines(stage: StagePlan): readonly string[] {
  switch (stage.kind) {
    case "watch":
      return watchedLines(stage);
    case "mirror":
      return [`stage ${stage.name}: ${time(stage.seconds)}, unseen`];
    case "gate":
    case "preview":
      return [`stage ${stage.name}: waits for a decision, at most ${time(stage.seconds)}`];
  }
}

function watchedLines(stage: WatchedStagePlan): readonly string[] {
  const { name, seconds, candidateRuns, baselineRuns, outlook } = stage;
  const { smallestErrorRate, smallestSlowdown } = outlook;
  const smallest = [
    smallestErrorRate === undefined ? "no error rate" : `error rates from ${rounded(smallestErrorRate)}`,
    ...(outlook.latency.length === 0
      ? []
      : [
          smallestSlowdown === undefined
            ? "no latency"
            : `latencies from ${Number(smallestSlowdown.toPrecision(2))}×`,
        ]),
  ];
  return [
    `stage ${name}: ${time(seconds)}, ${count(candidateRuns)} runs of the candidate beside ${count(baselineRuns)}`,
    `  sees ${smallest.join(", ")}`,
    `  errors: ${outlook.errors.map(sighting).join("; ")}`,
    ...(outlook.latency.length === 0 ? [] : [`  latency: ${outlook.latency.map(sighting).join("; ")}`]),
    `  threshold rules, no change: ${odds(stage.thresholdOdds)}`,
  ];
}

function sighting({ ratio, errorRate, candidateRuns, seconds }: Sighting): string {
  const what = ratio === undefined ? rounded(errorRate ?? 0) : `${ratio}×`;
  if (candidateRuns === undefined || seconds === undefined) return `${what} never`;
  return `${what} after ${count(candidateRuns)} runs (${time(seconds)})`;
}

function odds(rules: RuleOdds): string {
  const { any, errorRate, successRate, avgLatency, p95Latency, consecutiveFailures } = rules;
  const named = [
    ["error rate", errorRate],
    ["success rate", successRate],
    ["mean latency", avgLatency],
    ["p95 latency", p95Latency],
    ["failures in a row", consecutiveFailures],
  ] as const;
  const parts = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${rounded(value)}`]));
  return `${rounded(any)} together (${parts.join(", ")})`;
}

function rounded(share: number): string {
  return percent(Number(share.toPrecision(2)));
}

function count(runs: number): string {
  return (runs < 100 ? Math.ceil(runs) : Number(runs.toPrecision(2))).toLocaleString("en-US");
}

/** `45 s`, `12 min`, `3.5 h`, `2 days`. */
function time(seconds: number): string {
  if (seconds < 90) return latency(Number(seconds.toPrecision(2)));
  if (seconds < 5400) return `${Number((seconds / 60).toPrecision(2))} min`;
  if (seconds < 172_800) return `${Number((seconds / 3600).toPrecision(2))} h`;
  return `${Number((seconds / 86_400).toPrecision(2))} days`;
}
