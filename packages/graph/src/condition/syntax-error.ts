import { SparkError } from "../spark-error.ts";

/** Characters shown on each side of the fault. */
const excerptReach = 50;

/** The error for text that is not an expression; shows the place with a caret under it. */
export function syntaxError(text: string, position: number, problem: string): SparkError {
  const from = Math.max(0, position - excerptReach);
  const to = Math.min(text.length, position + excerptReach);
  const lead = from > 0 ? "…" : "";
  const excerpt = lead + text.slice(from, to).replaceAll(/\s/g, " ") + (to < text.length ? "…" : "");
  const caret = " ".repeat(lead.length + position - from) + "^";
  return new SparkError(
    "invalid_condition",
    `The condition cannot be read at character ${position + 1}: ${problem}.\n  ${excerpt}\n  ${caret}`,
    { details: { expression: text, position, problem } },
  );
}
