import { labelled, type Style } from "../labelled-lines.ts";
import { count, duration, percent, wrap } from "../quantities.ts";
import type { Telling } from "../printer.ts";
import { progressLines } from "../show-deployment.ts";
import { terminalLines } from "../show-terminal.ts";
import type { LoopEvent } from "./loop-event.ts";
import { withLoopEvent } from "./loop-status.ts";
import { comparisonLines } from "./show-comparison.ts";
import { lessonLines, namer, type Names } from "./show-hypothesis.ts";
import { phaseLines } from "./show-phase.ts";

/** From events to lines and status. Remembers the numbers of hypotheses, and nothing else. */
export function loopTelling(): Telling<LoopEvent> {
  const names = namer();
  return {
    status: withLoopEvent,
    lines: (event, style) => {
      if (event.type === "phase") names.learn(event);
      return loopLines(event, names, style);
    },
  };
}

function loopLines(event: LoopEvent, names: Names, style: Style): readonly string[] {
  const { colors } = style;
  switch (event.type) {
    case "loading_corpus":
      return [
        colors.bold("A mail-triage graph in production, and a loop that improves it by itself"),
        "",
        "Reading 6,046 real mails from disk …",
      ];
    case "training":
    case "opened":
    case "traffic_started":
    case "traffic":
    case "traffic_stopped":
    case "interrupted":
    case "ended":
      return terminalLines(event, style);
    case "measuring":
      return [];
    case "progress":
      return progressLines(event.progress, style);
    case "cycle":
      return [
        "",
        colors.bold(`Cycle ${event.number} of ${event.of}`) +
          colors.dim(`  ${event.label} is live, mails come in …`),
        ...labelled("Careful", event.caveat === undefined ? [] : [thinTestText(event.caveat)], style),
      ];
    case "thought":
      return thoughtLines(event, names, style);
    case "phase":
      return phaseLines(event, names, style);
    case "cycle_ended":
      return [
        ...labelled("Advice", event.recommendations, style),
        ...labelled("Live", [colors.bold(event.label)], style),
      ];
    case "remembered":
      return [
        "",
        colors.bold("What the experience database has learned") + colors.dim(`  ${event.folder}`),
        ...event.experiences.flatMap((lesson) => lessonLines(lesson, names, style)),
        "",
      ];
    case "comparing":
      return [
        `Sorting ${count(event.mails)} held-out mails with ${event.before} and with ${event.after}, by turns …`,
      ];
    case "compared":
      return ["", ...comparisonLines(event, style), ""];
  }
}

function thinTestText(caveat: string): string {
  return `the test of this cycle is too thin: ${caveat}. What it lets through meets real traffic next.`;
}

/** So many reasons are shown; the database has them all. */
const mostReasons = 4;

function thoughtLines(
  { report, ruledOut, ideas }: Extract<LoopEvent, { readonly type: "thought" }>,
  names: Names,
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
  const planted = ideas.filter(({ rule }) => rule === "planted").length;
  const more = ruledOut.length - mostReasons;
  return [
    ...labelled("Report", [...runs, ...opportunities], style),
    ...labelled("Ideas", [`${ideas.length - planted} of the rules, ${planted} planted`], style),
    ...labelled(
      "Not again",
      [
        ...ruledOut.slice(0, mostReasons).map((reason) => firstLine(names.inWords(reason), style)),
        ...(more > 0 ? [`and ${more} more`] : []),
      ],
      style,
    ),
  ];
}

/** As much as fits beside a label. */
function firstLine(text: string, { width }: Style): string {
  const [line = "", ...rest] = wrap(text, width - 14);
  return rest.length === 0 ? line : `${line} …`;
}
