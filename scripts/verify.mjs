// `npm run verify`: everything a change must pass, cheapest first, stopping at the first failure.
// `-- --skip test` leaves a step out.
import { npm, prepare, say, seconds } from "./installation.mjs";

const steps = ["format:check", "lint", "typecheck", "test", "knip", "check:package"];

const skipped = skippedSteps(process.argv.slice(2));
await prepare();
process.exitCode = await verify(steps.filter((step) => !skipped.includes(step)));

/** @param {readonly string[]} toRun names of scripts in package.json */
async function verify(toRun) {
  const begun = performance.now();
  for (const [index, step] of toRun.entries()) {
    say(`[${index + 1}/${toRun.length}] ${step} …`);
    const started = performance.now();
    const code = await npm(["run", "--silent", step]);
    if (code !== 0) {
      say(
        `${step} failed (exit code ${code}) after ${seconds(performance.now() - started)}. Alone: npm run ${step}`,
      );
      return code;
    }
    say(`[${index + 1}/${toRun.length}] ${step} passed in ${seconds(performance.now() - started)}.`);
  }
  say(`All ${toRun.length} steps passed in ${seconds(performance.now() - begun)}.`);
  return 0;
}

/** @param {readonly string[]} args */
function skippedSteps(args) {
  const named = args.filter((arg) => arg !== "--skip");
  const unknown = named.filter((name) => !steps.includes(name));
  if (unknown.length === 0 && (named.length === 0 || args[0] === "--skip")) return named;
  say(`Expected no arguments or --skip with steps among ${steps.join(", ")}; got: ${args.join(" ")}`);
  process.exit(2);
}
