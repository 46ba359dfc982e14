// `npm start`: installs what is missing, then runs the sample from its sources.
import { runChild } from "./child.mjs";
import { prepare, say } from "./installation.mjs";

const args = process.argv.slice(2);

if (args.includes("--json") && startedByChattyNpm()) {
  say(
    "npm has printed its two-line banner to stdout; `npm start --silent -- --json` leaves JSON lines only.",
  );
}

await prepare();
process.exitCode = await runChild(process.execPath, [
  "--conditions=@spark/source",
  "--import=tsx",
  "apps/sample/src/main.ts",
  ...args,
]);

function startedByChattyNpm() {
  const { npm_lifecycle_event: event, npm_config_loglevel: loglevel } = process.env;
  return event === "start" && loglevel !== "silent" && !process.stdout.isTTY;
}
