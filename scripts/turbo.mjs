// `npm run build` and `npm run check:package`: the tasks of turbo.json, in the order of the packages, cached.
import { runChild } from "./child.mjs";
import { prepare } from "./installation.mjs";

await prepare();
process.exitCode = await runChild(process.execPath, [
  "node_modules/turbo/bin/turbo",
  "run",
  ...process.argv.slice(2),
]);
