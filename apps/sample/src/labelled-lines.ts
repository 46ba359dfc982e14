import type pc from "picocolors";
import { wrap } from "./quantities.ts";

/** How lines are to look. */
export interface Style {
  readonly colors: ReturnType<typeof pc.createColors>;
  /** True where a status below the lines shows what is under way; without it each step gets a line. */
  readonly live: boolean;
  /** Characters a line may have. */
  readonly width: number;
}

const indent = 10;

/** Texts beside a label, wrapped, each on a line of its own. */
export function labelled(
  label: string,
  texts: readonly string[],
  { colors, width }: Style,
): readonly string[] {
  return texts
    .flatMap((text) => wrap(text, width - indent))
    .map((line, at) => (at === 0 ? colors.dim(label.padEnd(indent)) : " ".repeat(indent)) + line);
}
