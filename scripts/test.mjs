// `npm test`: installs what is missing, then runs all tests once; arguments go to vitest.
import { runChild } from "./child.mjs";
import { prepare } from "./installation.mjs";

await prepare();
process.exitCode = await runChild(process.execPath, [
  "node_modules/vitest/vitest.mjs",
  "run",
  ...process.argv.slice(2),
]);
