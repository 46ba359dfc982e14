import { createLogUpdate } from "log-update";
import pc from "picocolors";
import { nothingUnderWay, statusLines, withEvent } from "./live-status.ts";
import { jsonLine } from "./show-json.ts";
import type { Style } from "./labelled-lines.ts";
import { terminalLines } from "./show-terminal.ts";
import type { StoryEvent } from "./story-event.ts";

/** Where the story is printed to. */
export interface Printer {
  readonly print: (event: StoryEvent) => void;
  /** Leaves the terminal as it was found. */
  readonly close: () => void;
}

type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

/** Lines of JSON, whatever they are written to. */
export function jsonPrinter(output: Pick<Output, "write">): Printer {
  return { print: (event) => void output.write(`${jsonLine(event)}\n`), close: () => {} };
}

/** Plain lines without any escape code: for pipes, files and CI. */
export function plainPrinter(output: Pick<Output, "write">): Printer {
  const style: Style = { colors: pc.createColors(false), live: false, width: 110 };
  return {
    print: (event) => terminalLines(event, style).forEach((line) => void output.write(`${line}\n`)),
    close: () => {},
  };
}

/** Lines that stay, and below them a status that is written over. */
export function livePrinter(output: NodeJS.WriteStream, { colors }: { readonly colors: boolean }): Printer {
  const screen = createLogUpdate(output, { showCursor: true });
  let status = nothingUnderWay;
  const style = (): Style => ({
    colors: pc.createColors(colors),
    live: true,
    width: Math.max(40, Math.min(120, output.columns - 1)),
  });
  return {
    print: (event) => {
      status = withEvent(status, event);
      const lines = terminalLines(event, style());
      if (lines.length > 0) screen.persist(lines.join("\n"));
      const under = statusLines(status, style());
      if (under.length > 0) screen(under.join("\n"));
      else screen.clear();
    },
    close: () => {
      screen.clear();
      screen.done();
    },
  };
}
