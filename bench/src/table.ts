import type { Goal, Row } from "./row.ts";

const widths = { what: 72, against: 34, figures: 25, ratio: 10, spread: 7, goal: 10 } as const;

/** The head of the table. */
export function heading(): string {
  return row(["", "against", "ours / theirs", "ratio", "±", "goal", ""]);
}

/** A row of the table. */
export function line({ what, against, unit, ours, contender, ratio, spread, goal, met }: Row): string {
  return row([
    what,
    against,
    `${number(ours)} / ${number(contender)} ${unit}`,
    `${number(ratio)}×`,
    spread === undefined ? "" : `${Math.round(spread * 100)} %`,
    goal === undefined ? "" : goalText(goal),
    met === undefined ? "" : met ? "met" : "MISSED",
  ]);
}

function row([what, against, figures, ratio, spread, goal, met]: readonly string[]): string {
  return [
    `  ${what}`.padEnd(widths.what),
    against?.padEnd(widths.against),
    figures?.padStart(widths.figures),
    ratio?.padStart(widths.ratio),
    spread?.padStart(widths.spread),
    goal?.padStart(widths.goal),
    `  ${met}`,
  ]
    .join("")
    .trimEnd();
}

function goalText(goal: Goal): string {
  return "atMost" in goal ? `≤ ${goal.atMost}×` : `≥ ${goal.cheaperBy}×`;
}

function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
