import type { ProgressEvent, Verdict } from "@spark/rsi-deploy";
import { bar, count, percent } from "./quantities.ts";
import { checkText } from "./show-deployment.ts";
import type { Style } from "./labelled-lines.ts";
import type { StoryEvent } from "./story-event.ts";

/** What is under way, as the last lines of a terminal show it. */
export interface LiveStatus {
  /** The time of the last event. */
  readonly at: number;
  readonly work?: { readonly name: string; readonly done: number; readonly of: number };
  readonly traffic?: Extract<StoryEvent, { readonly type: "traffic" }>;
  readonly stage?: {
    readonly name: string;
    readonly startedAt: number;
    readonly deadlineAt: number;
    readonly paused?: { readonly by: string; readonly at: number };
  };
  readonly verdict?: Verdict;
}

export const nothingUnderWay: LiveStatus = { at: 0 };

/** The status after an event. Pure. */
export function withEvent(status: LiveStatus, event: StoryEvent): LiveStatus {
  const { at } = event;
  const { work: _, ...rest } = status;
  switch (event.type) {
    case "training":
      return { ...rest, at, work: { name: "training", done: event.done, of: event.of } };
    case "measuring":
      return { ...rest, at, work: { name: "held-out mails", done: event.done, of: event.of } };
    case "traffic":
      return { ...rest, at, traffic: event };
    case "progress":
      return { ...withProgress(rest, event.progress), at };
    case "deployed": {
      const { stage: _stage, verdict: _verdict, traffic, ...idle } = rest;
      return { ...idle, at, ...(traffic && { traffic: { ...traffic, live: event.live } }) };
    }
    case "traffic_stopped":
    case "ended":
      return { at };
    default:
      return { ...rest, at };
  }
}

function withProgress(status: LiveStatus, progress: ProgressEvent): LiveStatus {
  switch (progress.type) {
    case "stage_entered": {
      const { verdict: _, ...rest } = status;
      const { stage, at, deadlineAt = at } = progress;
      return { ...rest, stage: { name: stage.name, startedAt: at, deadlineAt } };
    }
    case "checked":
    case "breach":
      return { ...status, verdict: progress.verdict };
    case "paused":
    case "resumed":
    case "extended":
    case "waiting":
      return status.stage === undefined ? status : { ...status, stage: stageAfter(status.stage, progress) };
    default:
      return status;
  }
}

/** A pause does not count as watching: what was left before it is left after it. */
function stageAfter(
  stage: NonNullable<LiveStatus["stage"]>,
  progress: Extract<ProgressEvent, { readonly type: "paused" | "resumed" | "extended" | "waiting" }>,
): NonNullable<LiveStatus["stage"]> {
  switch (progress.type) {
    case "paused":
      return { ...stage, paused: { by: progress.by, at: progress.at } };
    case "resumed": {
      const { paused, name, startedAt, deadlineAt } = stage;
      const ms = paused === undefined ? 0 : progress.at - paused.at;
      return { name, startedAt: startedAt + ms, deadlineAt: deadlineAt + ms };
    }
    case "extended":
    case "waiting":
      return { ...stage, deadlineAt: progress.deadlineAt };
  }
}

/** The lines of the status, none longer than the style's width; no lines where nothing is under way. Pure. */
export function statusLines(status: LiveStatus, { colors, width }: Style): readonly string[] {
  const { at, work, traffic, stage, verdict } = status;
  const lines: string[] = [];
  if (work !== undefined && work.done < work.of) {
    lines.push(`  ${bar(work.done / work.of, 20)} ${work.name} ${count(work.done)} of ${count(work.of)}`);
  }
  if (stage !== undefined) {
    const [passed, whole] = [(at - stage.startedAt) / 1000, (stage.deadlineAt - stage.startedAt) / 1000];
    lines.push(
      stage.paused === undefined
        ? `  ${bar(passed / whole, 20)} watching at ${stage.name}, ${passed.toFixed(0)} of ${whole.toFixed(0)} s`
        : `  paused by ${stage.paused.by}, watching on at ${stage.name}`,
    );
    if (verdict !== undefined) lines.push(`  ${checkText(verdict)}`);
  }
  if (traffic !== undefined) {
    const { sent, failed, perSecond, live } = traffic;
    lines.push(
      `  ${count(sent)} mails, ${perSecond.toFixed(0)} a second, ${percent(failed / Math.max(1, sent))} errors, served by ${live}`,
    );
  }
  return lines.map((line) => colors.cyan(line.length > width ? `${line.slice(0, width - 1)}…` : line));
}
