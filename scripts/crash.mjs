// `npm run crash`: the long form of test/crash.test.ts; arguments are the number of kills and the seed.
import { runChild } from "./child.mjs";
import { prepare } from "./installation.mjs";

await prepare();
process.exitCode = await runChild(process.execPath, [
  "--conditions=@spark/source",
  "--import",
  "tsx",
  "test/crash/many-kills.ts",
  ...process.argv.slice(2),
]);
