import { readArguments, usage } from "./arguments.ts";
import { loopPrinter } from "./loop/loop-printer.ts";
import { playLoop } from "./loop/play-loop.ts";
import { plots } from "./plots.ts";
import { jsonPrinter, livePrinter, plainPrinter, type Printer } from "./printer.ts";
import { playStory } from "./story.ts";

const { stdout, stderr, env } = process;

// https://no-color.org: any value but the empty one.
const colors = (env["NO_COLOR"] ?? "") === "";

function printerFor(json: boolean): Printer {
  if (json) return jsonPrinter(stdout);
  return stdout.isTTY && env["TERM"] !== "dumb" ? livePrinter(stdout, { colors }) : plainPrinter(stdout);
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
  if (args.story === "loop") {
    return playLoop({ ...args, tell: loopPrinter(stdout, { json: args.json, colors }), signal });
  }
  const printer = printerFor(args.json);
  try {
    return await playStory({ ...args, plot: plots[args.story], tell: printer.print, signal });
  } finally {
    printer.close();
  }
}

process.exitCode = await main();
