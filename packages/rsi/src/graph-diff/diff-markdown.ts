import { printDiff, summarizeDiff } from "@spark/rsi-deploy";
import { defaultValueLength, type DiffLayout, type SpecComparison } from "./spec-comparison.ts";

/** A summary and the changes in a fenced block, where nothing is taken for Markdown. */
export function diffToMarkdown({ diff }: SpecComparison, layout: DiffLayout = {}): string {
  const { maxValueLength = defaultValueLength } = layout;
  const lines = printDiff(diff, { maxValueLength });
  const summary = `**${summarizeDiff(diff)}**`;
  if (lines.length === 0) return summary;
  const fence = fenceAround(lines);
  return [summary, "", `${fence}diff`, ...lines, fence].join("\n");
}

/** Longer than any run of backticks inside. */
function fenceAround(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  return "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
}
