import pc from "picocolors";
import type { LoopEvent } from "./loop-event.ts";
import { loopLines } from "./show-loop.ts";

type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

/** Prints the loop's events to an output: a JSON object a line, or lines for people as wide as their terminal. */
export function loopPrinter(
  output: Output,
  { json, colors }: { readonly json: boolean; readonly colors: boolean },
): (event: LoopEvent) => void {
  if (json) {
    return ({ type, at, ...rest }) => void output.write(`${JSON.stringify({ type, at, ...rest })}\n`);
  }
  const width = output.isTTY ? Math.max(40, Math.min(120, output.columns - 1)) : 110;
  const style = { colors: pc.createColors(colors && output.isTTY), live: false, width };
  return (event) => {
    for (const line of loopLines(event, style)) output.write(`${line}\n`);
  };
}
