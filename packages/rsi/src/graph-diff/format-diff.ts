import { diffToHtml } from "./diff-html.ts";
import { diffToMarkdown } from "./diff-markdown.ts";
import { diffToMermaid } from "./diff-mermaid.ts";
import { diffToText } from "./diff-plain-text.ts";
import type { DiffLayout, SpecComparison } from "./spec-comparison.ts";

/** The ways a comparison can be written. */
const formats = {
  text: diffToText,
  markdown: diffToMarkdown,
  mermaid: diffToMermaid,
  html: diffToHtml,
} as const satisfies Record<string, (comparison: SpecComparison, layout?: DiffLayout) => string>;

export type DiffFormat = keyof typeof formats;

/** Writes a comparison; nothing that stands in a spec can leave its place in the text. */
export function formatDiff(comparison: SpecComparison, format: DiffFormat, layout: DiffLayout = {}): string {
  return formats[format](comparison, layout);
}
