import { readArguments, usage } from "./arguments.ts";
import { withEvent } from "./live-status.ts";
import { playLoop } from "./loop/play-loop.ts";
import { loopTelling } from "./loop/show-loop.ts";
import { plots } from "./plots.ts";
import { jsonPrinter, livePrinter, plainPrinter, type Printer, type Telling } from "./printer.ts";
import { terminalLines } from "./show-terminal.ts";
import { playStory } from "./story.ts";

const { stdout, stderr, env } = process;

// https://no-color.org: any value but the empty one.
const colors = (env["NO_COLOR"] ?? "") === "";

function printerFor<Event extends { readonly type: string; readonly at: number }>(
  json: boolean,
  telling: Telling<Event>,
): Printer<Event> {
  if (json) return jsonPrinter(stdout);
  return stdout.isTTY && env["TERM"] !== "dumb"
    ? livePrinter(stdout, { ...telling, colors })
    : plainPrinter(stdout, telling);
}

/** The first signal ends the story in good order, the second one at once. */
function stopOnSignals(stop: AbortController): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(signal);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("SIGHUP", onSignal);
  // Whoever read the output has gone (`npm start | head`): there is nobody left to tell the story to.
  stdout.on("error", () => stop.abort("output closed"));
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.kind === "help") {
    stdout.write(usage);
    return 0;
  }
  if (args.kind === "fault") {
    stderr.write(`${args.message}\n\n${usage}`);
    return 2;
  }
  const stop = new AbortController();
  stopOnSignals(stop);
  const { signal } = stop;
  const { story } = args;
  if (story === "loop") {
    const { print, close } = printerFor(args.json, loopTelling());
    return playLoop({ ...args, tell: print, signal }).finally(close);
  }
  const { print, close } = printerFor(args.json, { lines: terminalLines, status: withEvent });
  return playStory({ ...args, plot: plots[story], tell: print, signal }).finally(close);
}

process.exitCode = await main();
