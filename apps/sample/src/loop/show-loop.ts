import type { Phase } from "@spark/rsi";
import type { Change } from "@spark/rsi-model";
import { labelled, type Style } from "../labelled-lines.ts";
import { count, duration, percent, wrap } from "../quantities.ts";
import type { Estimate, HeldOut } from "./compare-held-out.ts";
import type { Lesson, LoopEvent, Told } from "./loop-event.ts";

/** Lines that stay on the terminal for an event. Pure. */
export function loopLines(event: LoopEvent, style: Style): readonly string[] {
  const { colors } = style;
  switch (event.type) {
    case "loading_corpus":
      return [
        colors.bold("A mail-triage graph in production, and a loop that improves it by itself"),
        "",
        "Reading 6,046 real mails from disk …",
      ];
    case "training":
      return [`Training the model on ${count(event.of)} of them, a few seconds …`];
    case "opened": {
      const { mails, label, nodes, seed, databaseFolder } = event;
      return [
        `${count(mails.live)} mails for traffic and tests (seed ${seed}), ${count(mails.heldOut)} held out to judge.`,
        `Graph "mail-triage" ${label} with ${nodes} nodes is live; experience goes to ${databaseFolder}`,
      ];
    }
    case "traffic_started":
      return [`Traffic: ${event.ratePerSecond} mails a second on average, until the end.`];
    case "cycle":
      return [
        "",
        colors.bold(`Cycle ${event.number}/${event.of}`) +
          colors.dim(`  ${event.label} is live, mails come in …`),
      ];
    case "thought":
      return thoughtLines(event, style);
    case "phase":
      return phaseLines(event.note, style);
    case "cycle_ended":
      return [
        ...event.hypotheses.flatMap((told) => toldLines(told, style)),
        ...labelled("lessons", event.recommendations, style),
        ...labelled("live", [event.label], style),
      ];
    case "traffic_stopped": {
      const { sent, succeeded, failed } = event;
      return [
        "",
        `Traffic stopped: ${count(sent)} mails in, ${count(succeeded)} results, ${count(failed)} errors.`,
      ];
    }
    case "comparing":
      return [
        `Sorting ${count(event.mails)} held-out mails with ${event.before} and with ${event.after}, by turns …`,
      ];
    case "compared": {
      const { labels, comparison } = event;
      return [
        "",
        colors.bold("On mails nobody has tuned on") + colors.dim("  95 % intervals in brackets"),
        ...heldOutLines(`before, ${labels[0]}`, comparison.before, style),
        ...heldOutLines(`after, ${labels[1]}`, comparison.after, style),
      ];
    }
    case "remembered":
      return [
        "",
        colors.bold("The experience database") + colors.dim(`  ${event.folder}`),
        ...event.experiences.flatMap((lesson) => lessonLines(lesson, style)),
        "",
      ];
    case "interrupted":
      return [
        colors.yellow(`Interrupted (${event.reason}).`),
        event.live === undefined
          ? "Nothing had been started yet."
          : `${event.live} serves, the traffic has stopped, the database is closed.`,
      ];
    case "ended":
      return [
        ...event.checks.flatMap(({ claim, ok, found }) => [
          `${ok ? colors.green("✓") : colors.red("✗")} ${claim}`,
          ...wrap(found, style.width - 2).map((line) => `  ${colors.dim(line)}`),
        ]),
        colors.dim(`${event.seconds.toFixed(0)} s`),
      ];
  }
}

function thoughtLines(
  { report, patterns, ruledOut, proposals }: Extract<LoopEvent, { readonly type: "thought" }>,
  style: Style,
): readonly string[] {
  const { summary, opportunities } = report;
  const runs =
    summary === undefined
      ? []
      : [
          `${count(summary.totalExecutions)} runs: ${percent(1 - summary.successRate)} fail, ` +
            `mean ${duration(summary.avgDuration)}, p95 ${duration(summary.p95Duration)}`,
        ];
  return [
    ...labelled("report", [...runs, ...opportunities], style),
    ...labelled("ideas", [`${proposals} proposals of the rules and the planted one`], style),
    ...labelled("uses", [...patterns, ...ruledOut.map((reason) => `not again: ${shortened(reason)}`)], style),
  ];
}

const phaseLabels: Readonly<Record<Phase, string>> = {
  analysis: "analysis",
  generation: "proposed",
  validation: "validator",
  review: "review",
  testing: "tester",
  ranking: "ranked",
  deployment: "canary",
  learning: "learned",
};

function phaseLines(
  { phase, hypothesisId, summary }: Extract<LoopEvent, { readonly type: "phase" }>["note"],
  style: Style,
): readonly string[] {
  const about = hypothesisId === undefined ? "" : `${nameOf(hypothesisId)} `;
  return labelled(phaseLabels[phase], [`${about}${shortened(summary)}`], style);
}

function toldLines(told: Told, style: Style): readonly string[] {
  const { hypothesisId, hypothesisType, status, phase, reason, riskLevel, changes, testResult } = told;
  const { colors } = style;
  const paint = status === "deployed" ? colors.green : colors.yellow;
  return labelled(
    "→",
    [
      `${nameOf(hypothesisId)} ${changes.map(changeText).join(", ")}`,
      `${hypothesisType}, ${riskLevel ?? "unknown"} risk; ${paint(status === "deployed" ? "deployed" : `${status} at ${phase}`)}`,
      ...(reason === undefined || phase === "testing" ? [] : [shortened(reason)]),
      ...(testResult?.comparison === undefined
        ? []
        : [
            `test ${testResult.status} after ${testResult.numCandidateRuns} pairs: ${testResult.comparison.summary}`,
          ]),
    ],
    style,
  );
}

function heldOutLines(
  label: string,
  { correct, failed, meanMs, p95Ms }: HeldOut,
  style: Style,
): readonly string[] {
  const share = (one: HeldOut["correct"]): string =>
    `${percent(one.share)} (${percent(one.interval[0])} to ${percent(one.interval[1])})`;
  const time = ({ value, interval }: Estimate): string =>
    `${duration(value / 1000)} (${duration(interval[0] / 1000)} to ${duration(interval[1] / 1000)})`;
  return [
    `  ${label}`,
    `    sorted rightly ${share(correct)}, errors ${share(failed)}`,
    `    mean ${time(meanMs)}, p95 ${time(p95Ms)}`,
  ].map((line, at) => (at === 0 ? style.colors.bold(line) : line));
}

function lessonLines({ hypothesisId, status, lessons }: Lesson, { colors, width }: Style): readonly string[] {
  const paint = status === "completed" ? colors.green : colors.yellow;
  return [
    `  ${nameOf(hypothesisId)}  ${paint(status)}`,
    ...lessons.flatMap((lesson) => wrap(lesson, width - 4).map((line) => `    ${colors.dim(line)}`)),
  ];
}

function changeText(change: Change): string {
  switch (change.type) {
    case "node_config_update":
      return `${change.targetNodeId}.${change.configPath} = ${JSON.stringify(change.newValue)}`;
    case "node_replacement":
      return `${change.targetNodeId} becomes ${change.replacementNodeSpec.type}`;
    case "node_add":
      return `new node ${change.nodeSpec.id} (${change.nodeSpec.type})`;
    case "edge_add":
      return `new edge ${change.edgeSpec.fromNode} → ${change.edgeSpec.toNode}`;
    default:
      return change.type;
  }
}

/** Enough of an id to tell one from another. */
function nameOf(hypothesisId: string): string {
  return hypothesisId.slice(0, 10);
}

/** Ids as {@link nameOf} says them, and of a test only how it ended: its figures stand in the summary of the cycle. */
function shortened(text: string): string {
  const clause = /^(.*test (?:failed|inconclusive)):/.exec(text)?.[1] ?? text;
  return clause.replaceAll(/hyp_[\da-f-]{20,}/g, nameOf);
}
