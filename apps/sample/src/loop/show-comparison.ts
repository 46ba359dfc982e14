import type { Style } from "../labelled-lines.ts";
import { count, duration, percent } from "../quantities.ts";
import type { Estimate, HeldOut } from "./compare-held-out.ts";
import type { LoopEvent } from "./loop-event.ts";

/** The first and the last version side by side, each figure with its 95 % interval. Pure. */
export function comparisonLines(
  { labels, comparison }: Extract<LoopEvent, { readonly type: "compared" }>,
  { colors }: Style,
): readonly string[] {
  const { before, after, difference, mails } = comparison;
  const share = (pick: (one: HeldOut) => HeldOut["correct"]): readonly string[] =>
    [before, after].map((one) => withInterval(pick(one).share, pick(one).interval, percent));
  const time = (pick: (one: HeldOut) => Estimate): readonly string[] =>
    [before, after].map((one) => withInterval(pick(one).value, pick(one).interval, milliseconds));
  const rows = [
    ["", `${labels[0]}, at the start`, `${labels[1]}, at the end`, "difference"],
    ["sorted rightly", ...share(({ correct }) => correct), inPoints(difference.correct)],
    ["errors", ...share(({ failed }) => failed), inPoints(difference.failed)],
    ["mean time", ...time(({ meanMs }) => meanMs), inTime(difference.meanMs)],
    ["p95 time", ...time(({ p95Ms }) => p95Ms), ""],
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return [
    colors.bold(`${count(mails)} mails that nobody has tuned on`) +
      colors.dim("  95 % intervals in brackets; both versions sort each mail, by turns"),
    ...rows.map((row, at) => {
      const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ");
      return at === 0 ? colors.dim(`  ${line.trimEnd()}`) : `  ${line.trimEnd()}`;
    }),
  ];
}

function withInterval(
  value: number,
  [low, high]: Estimate["interval"],
  text: (value: number) => string,
): string {
  return `${text(value)} (${text(low)} to ${text(high)})`;
}

/** A difference of shares, in percentage points. */
export function inPoints({ value, interval }: Estimate): string {
  const text = (share: number): string => signed(share * 100, (points) => points.toFixed(2));
  return `${text(value)} points (${text(interval[0])} to ${text(interval[1])})`;
}

/** A difference of times. */
export function inTime({ value, interval }: Estimate): string {
  return withInterval(value, interval, (ms) => signed(ms, milliseconds));
}

function signed(value: number, text: (size: number) => string): string {
  return `${value < 0 ? "−" : "+"}${text(Math.abs(value))}`;
}

function milliseconds(ms: number): string {
  return duration(ms / 1000);
}
