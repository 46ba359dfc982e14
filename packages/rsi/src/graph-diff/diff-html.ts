import { printDiff, summarizeDiff } from "@spark/rsi-deploy";
import { defaultValueLength, type DiffLayout, type SpecComparison } from "./spec-comparison.ts";

const kinds: Readonly<Record<string, string>> = {
  "+": "added",
  "-": "removed",
  "~": "modified",
  ">": "moved",
};

/**
 * A `<section class="graph-diff">` with a summary and a list; each entry has the class `added`, `removed`,
 * `modified` or `moved`. Style is the page's own.
 */
export function diffToHtml({ diff }: SpecComparison, layout: DiffLayout = {}): string {
  const { maxValueLength = defaultValueLength } = layout;
  const items = printDiff(diff, { maxValueLength }).map(
    (line) =>
      `    <li class="${kinds[line.charAt(0)] ?? "modified"}"><code>${escapeHtml(line.slice(2))}</code></li>`,
  );
  return [
    `<section class="graph-diff">`,
    `  <p>${escapeHtml(summarizeDiff(diff))}</p>`,
    ...(items.length === 0 ? [] : ["  <ul>", ...items, "  </ul>"]),
    `</section>`,
  ].join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}
