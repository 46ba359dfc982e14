import { createLogUpdate } from "log-update";
import pc from "picocolors";
import { type LiveStatus, nothingUnderWay, statusLines } from "./live-status.ts";
import { jsonLine } from "./show-json.ts";
import type { Style } from "./labelled-lines.ts";

/** Where events of one kind are printed to. */
export interface Printer<Event> {
  readonly print: (event: Event) => void;
  /** Leaves the terminal as it was found. */
  readonly close: () => void;
}

/** How events of one kind are told to people. */
export interface Telling<Event> {
  /** Lines that stay. */
  readonly lines: (event: Event, style: Style) => readonly string[];
  /** What is under way after an event. */
  readonly status: (status: LiveStatus, event: Event) => LiveStatus;
}

type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

/** Lines of JSON, whatever they are written to. */
export function jsonPrinter(
  output: Pick<Output, "write">,
): Printer<{ readonly type: string; readonly at: number }> {
  return { print: (event) => void output.write(`${jsonLine(event)}\n`), close: () => {} };
}

/** Plain lines without any escape code: for pipes, files and CI. */
export function plainPrinter<Event>(
  output: Pick<Output, "write">,
  { lines }: Pick<Telling<Event>, "lines">,
): Printer<Event> {
  const style: Style = { colors: pc.createColors(false), live: false, width: 110 };
  return {
    print: (event) => lines(event, style).forEach((line) => void output.write(`${line}\n`)),
    close: () => {},
  };
}

/** Lines that stay, and below them a status that is written over. */
export function livePrinter<Event>(
  output: NodeJS.WriteStream,
  { colors, lines, status: statusAfter }: Telling<Event> & { readonly colors: boolean },
): Printer<Event> {
  const screen = createLogUpdate(output, { showCursor: true });
  let status = nothingUnderWay;
  const style = (): Style => ({
    colors: pc.createColors(colors),
    live: true,
    width: Math.max(40, Math.min(120, output.columns - 1)),
  });
  return {
    print: (event) => {
      status = statusAfter(status, event);
      const stay = lines(event, style());
      // One by one: of a text longer than the screen is high only the end would be kept.
      for (const line of stay) screen.persist(line);
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
