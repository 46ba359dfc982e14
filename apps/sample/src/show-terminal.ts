import type { Triage } from "./accuracy.ts";
import { labelled, type Style } from "./labelled-lines.ts";
import { count, duration, percent, wrap } from "./quantities.ts";
import { deployedLines, progressLines } from "./show-deployment.ts";
import type { Check, Remembered, StoryEvent } from "./story-event.ts";

/** Lines that stay on the terminal for an event; none where it only concerns the status. Pure. */
export function terminalLines(event: StoryEvent, style: Style): readonly string[] {
  const { colors, live } = style;
  switch (event.type) {
    case "loading_corpus":
      return [
        colors.bold(`A mail-triage graph in production: ${event.title}`),
        "",
        "Reading 6,046 real mails from disk …",
      ];
    case "training":
      return live || event.done > 0
        ? []
        : [`Training the model on ${count(event.of)} of them, a few seconds …`];
    case "opened": {
      const { mails, label, nodes, seed, databaseFolder } = event;
      return [
        `Model trained on ${count(mails.train)} mails, ${count(mails.live)} for traffic (seed ${seed}), ` +
          `${count(mails.heldOut)} held out to judge.`,
        `Graph "mail-triage" ${label} with ${nodes} nodes is live; experience goes to ${databaseFolder}`,
        "",
      ];
    }
    case "measuring":
      return live || event.done > 0 ? [] : [`Triaging ${count(event.of)} held-out mails …`];
    case "measured":
      return [...accuracyLines(event.label, event.triage, style), ""];
    case "traffic_started":
      return [
        `Traffic: ${event.ratePerSecond} mails a second on average, ${event.maxInFlight} at once at most, until the end.`,
        ...(event.note === undefined ? [] : wrap(`${count(event.mails)} mails: ${event.note}.`, style.width)),
      ];
    case "traffic":
      return [];
    case "chapter": {
      const { number, of, title, hypothesis, note } = event;
      const { riskLevel = "medium", hypothesisType, rationale = "" } = hypothesis;
      return [
        "",
        colors.bold(`${number}/${of}  ${title}`) + colors.dim(`  ${hypothesisType}, ${riskLevel} risk`),
        ...labelled("Why", [rationale], style),
        ...labelled("Here", note === undefined ? [] : [note], style),
      ];
    }
    case "asked":
      return askedLines(event, style);
    case "tested":
      return labelled("Tested", testTexts(event.result), style);
    case "progress":
      return progressLines(event.progress, style);
    case "deployed":
      return deployedLines(event.result, style);
    case "taken_back": {
      const { candidate, live: serving, runsSince, onCandidateSince } = event;
      return labelled(
        "Since",
        [`${count(runsSince)} runs started: ${onCandidateSince} on ${candidate}, all others on ${serving}`],
        style,
      );
    }
    case "traffic_stopped": {
      const { sent, succeeded, failed } = event;
      return [
        "",
        `Traffic stopped: ${count(sent)} mails in, ${count(succeeded)} results, ${count(failed)} errors.`,
      ];
    }
    case "remembered":
      return [
        "",
        `${colors.bold("What the disk remembers")} ${colors.dim(`${event.changes} changes read back from ${event.folder}`)}`,
        ...event.experiences.flatMap((experience) => experienceLines(experience, style)),
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
        ...event.checks.flatMap((check) => checkLines(check, style)),
        ...(event.exitCode === 1 ? ["", colors.red("Not everything is as it has to be.")] : []),
        colors.dim(`${event.seconds.toFixed(0)} s`),
        ...(event.next === undefined ? [] : ["", event.next]),
      ];
  }
}

function accuracyLines(label: string, triage: Triage, style: Style): readonly string[] {
  const { correct, decidedRightly, review, failed, confusion, meanMs, p95Ms } = triage;
  const wrong = confusion.ham.spam + confusion.spam.ham;
  const [low, high] = correct.interval;
  return labelled(
    label,
    [
      `held-out mails: ${percent(correct.share)} sorted rightly (95 % interval ${percent(low)} to ${percent(high)}), ` +
        `${percent(review.share)} left to a person, ${percent(wrong / Math.max(1, correct.of))} wrong, ` +
        `${percent(failed.share)} without an answer; of those decided ${percent(decidedRightly.share)} rightly`,
      `mean ${duration(meanMs / 1000)}, p95 ${duration(p95Ms / 1000)}, one after the other`,
    ],
    style,
  );
}

function testTexts(result: Extract<StoryEvent, { readonly type: "tested" }>["result"]): readonly string[] {
  const { status, comparison, errorMessage } = result;
  if (comparison === undefined) return [status];
  const { baselineMetrics: before, candidateMetrics: after, pValue = 1, warnings } = comparison;
  const p = pValue < 0.001 ? "p < 0.001" : `p = ${pValue.toFixed(3)}`;
  return [
    `${status} on ${after.numRuns} mails: failed ${before.failureCount} → ${after.failureCount}, ` +
      `median ${duration(before.p50Duration)} → ${duration(after.p50Duration)} (${p})`,
    ...(errorMessage === undefined ? [] : [errorMessage]),
    ...warnings.map((warning) => `a thin test: ${warning}`),
  ];
}

/** What was done shows in the rollout; what was declined shows nowhere else. */
function askedLines({ by, asked, result }: Extract<StoryEvent, { readonly type: "asked" }>, style: Style) {
  if (result.ok) return [];
  return labelled(
    "",
    [`${style.colors.yellow("declined")}: ${by} wants to ${asked}, but ${result.reason}`],
    style,
  );
}

function experienceLines({ hypothesisId, status, lessons }: Remembered, style: Style): readonly string[] {
  const { colors, width } = style;
  const paint = status === "completed" ? colors.green : colors.red;
  return [
    `  ${hypothesisId}  ${paint(status)}`,
    ...lessons.flatMap((lesson) => wrap(lesson, width - 4).map((line) => `    ${colors.dim(line)}`)),
  ];
}

function checkLines({ claim, ok, found }: Check, { colors, width }: Style): readonly string[] {
  return [
    `${ok ? colors.green("✓") : colors.red("✗")} ${claim}`,
    ...wrap(found, width - 2).map((line) => `  ${colors.dim(line)}`),
  ];
}
