import { printDiff, summarizeDiff } from "@spark/rsi-deploy";
import { defaultValueLength, type DiffLayout, type SpecComparison } from "./spec-comparison.ts";

/** A summary, then one line for each change: `+` added, `-` removed, `~` modified, `>` moved. */
export function diffToText({ diff }: SpecComparison, layout: DiffLayout = {}): string {
  const { maxValueLength = defaultValueLength } = layout;
  return [summarizeDiff(diff), ...printDiff(diff, { maxValueLength })].join("\n");
}
