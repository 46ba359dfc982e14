import type { Change } from "@spark/rsi-model";
import type { Style } from "../labelled-lines.ts";
import { wrap } from "../quantities.ts";
import type { Lesson, LoopEvent } from "./loop-event.ts";

/** What hypotheses are called in the story: `#3`, or the beginning of an id that nobody has numbered. */
export interface Names {
  readonly of: (hypothesisId: string) => string;
  /** A text with names instead of ids. */
  readonly inWords: (text: string) => string;
  readonly learn: (event: Extract<LoopEvent, { readonly type: "phase" }>) => void;
}

export function namer(): Names {
  const numbers = new Map<string, number>();
  const nameOf = (hypothesisId: string): string => {
    const number = numbers.get(hypothesisId);
    return number === undefined ? hypothesisId.slice(0, 10) : `#${number}`;
  };
  return {
    of: nameOf,
    inWords: (text) => text.replaceAll(/hyp_[\da-f-]{20,}/g, nameOf),
    learn: ({ note: { hypothesisId }, about }) => {
      if (hypothesisId !== undefined && about !== undefined) numbers.set(hypothesisId, about.number);
    },
  };
}

/** A change in a few words. */
export function changeText(change: Change): string {
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

/** What one hypothesis has taught at last. */
export function lessonLines(
  { hypothesisId, changes, status, isLate, lessons }: Lesson,
  names: Names,
  { colors, width }: Style,
): readonly string[] {
  const paint = status === "completed" ? colors.green : colors.yellow;
  const text = `${names.of(hypothesisId)} ${changes.map(changeText).join(", ")}`;
  const ending = isLate === true ? "passed over" : status.replaceAll("_", " ");
  return [
    `  ${text}  ${paint(ending)}`,
    ...lessons
      .slice(-1)
      .flatMap((lesson) => wrap(names.inWords(lesson), width - 6).map((line) => `      ${colors.dim(line)}`)),
  ];
}
