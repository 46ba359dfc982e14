import type { DeploymentResult, ProgressEvent, Verdict } from "@spark/rsi-deploy";
import { metricsTable } from "./metrics-table.ts";
import { count, duration, odds, percent } from "./quantities.ts";
import { labelled, type Style } from "./labelled-lines.ts";
import { shadowTexts } from "./show-shadow.ts";

type Event<Type extends ProgressEvent["type"]> = Extract<ProgressEvent, { readonly type: Type }>;

/** Lines that stay for what happens in a deployment. Pure. */
export function progressLines(event: ProgressEvent, style: Style): readonly string[] {
  switch (event.type) {
    case "started":
      return startedLines(event, style);
    case "stage_entered":
      return labelled("Stage", [stageText(event)], style);
    case "checked":
      return style.live ? [] : labelled("", [checkText(event.verdict)], style);
    case "extended":
    case "waiting":
    case "both_unhealthy":
    case "observer_failed":
      return labelled("", [`${event.type.replace("_", " ")}: ${event.reason}`], style);
    case "paused":
    case "resumed":
      return labelled("", [`${event.type} by ${event.by}${becauseText(event.reason)}`], style);
    case "promoted":
      return labelled(
        "",
        [`${style.colors.green("✓")} stage ${event.stage.name} passed${byText(event.by)}: ${event.reason}`],
        style,
      );
    case "queued":
      return labelled("Waits", [`behind ${event.behind}`], style);
    // What these say, the result says too.
    case "breach":
    case "rolled_back":
    case "refused":
    case "ended":
      return [];
  }
}

function startedLines({ strategy, baselineLabel, candidateLabel, diff }: Event<"started">, style: Style) {
  const how = strategy === "stages" ? "in stages of its own" : strategy;
  return [
    ...labelled("Change", diff, style),
    ...labelled("Deploy", [`${how}, ${baselineLabel} → ${candidateLabel}`], style),
  ];
}

function stageText({ stage, plan }: Event<"stage_entered">): string {
  const share = plan.kind === "split" ? plan.candidateShare : 1;
  const traffic = `${Math.round(share * 100)} % of the traffic`;
  const text =
    plan.kind === "shadow"
      ? `${stage.name}, live runs are repeated on the candidate, unseen`
      : traffic.startsWith(stage.name)
        ? traffic
        : `${stage.name}, at ${traffic}`;
  return `${stage.index + 1}: ${text}`;
}

function byText(by: string): string {
  return by === "controller" ? "" : ` by ${by}`;
}

function becauseText(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}

/** The candidate in one line: how it does, and what speaks against it. */
export function checkText({ kind, candidateMetrics, evidence, shadow, reasons }: Verdict): string {
  if (shadow !== undefined) return `${kind}: ${reasons.join("; ")}`;
  const { runs, errorRate, avgLatency, p95Latency } = candidateMetrics;
  const against =
    evidence === undefined ? "" : `, evidence ${odds(evidence.log)} of ${odds(evidence.required)}`;
  return (
    `${kind}: ${count(runs)} runs, errors ${percent(errorRate)}, ` +
    `mean ${duration(avgLatency)}, p95 ${duration(p95Latency)}${against}`
  );
}

/** How a deployment ended: why, whom to blame, and both versions side by side. Pure. */
export function deployedLines(result: DeploymentResult, style: Style): readonly string[] {
  const { colors } = style;
  const seconds = `${result.monitoringDuration.toFixed(1)} s`;
  const last = result.verdicts.at(-1);
  const table = [
    { name: result.deploymentRecord.baselineLabel ?? "baseline", metrics: result.baselineMetrics },
    { name: result.newVersion ?? "candidate", metrics: result.deployedMetrics },
  ];
  const metrics =
    result.deployedMetrics === undefined ? [] : labelled("Metrics", metricsTable(table), verbatim(style));
  const unrecorded = result.recorded
    ? []
    : labelled("", [colors.red(`not recorded: ${result.recordError}`)], style);
  if (result.success) {
    return [
      ...metrics,
      ...labelled(
        "Result",
        [`${colors.green("✓ kept")} after ${seconds}: ${last?.kind ?? result.monitoringStatus}`],
        style,
      ),
      ...unrecorded,
    ];
  }
  const stage = last === undefined ? "" : ` in stage ${last.stage.name}`;
  const what = {
    rolled_back: last?.shadow === undefined ? "✗ taken back" : "✗ stopped before it served anybody,",
    aborted: "■ called off",
    rejected: "✗ refused",
    failed: "✗ failed",
  };
  return [
    ...metrics,
    ...(last?.shadow === undefined ? [] : labelled("Pairs", shadowTexts(last.shadow), style)),
    ...labelled("Result", [`${colors.red(what[result.status])} after ${seconds}${stage}`], style),
    ...labelled(
      "Reason",
      result.error.split("; ").filter((part) => part !== ""),
      style,
    ),
    ...(last?.blame === undefined || last.blame.length === 0
      ? []
      : labelled("Blame", last.blame.map(blameText), style)),
    ...unrecorded,
  ];
}

function blameText({ nodeId, changed, because }: NonNullable<Verdict["blame"]>[number]): string {
  return `node ${nodeId}${changed ? " (changed)" : ""}: ${because}`;
}

/** A table keeps its spaces: it is not wrapped. */
function verbatim(style: Style): Style {
  return { ...style, width: Number.POSITIVE_INFINITY };
}
