// `npm run crash`: the long forms of test/crash.test.ts and test/loop-crash.test.ts; arguments are the number of
// kills of each and the seed.
import { runChild } from "./child.mjs";
import { prepare } from "./installation.mjs";

await prepare();
const exitCodes = [];
for (const program of ["test/crash/many-kills.ts", "test/loop-crash/many-loop-kills.ts"]) {
  exitCodes.push(
    await runChild(process.execPath, [
      "--conditions=@spark/source",
      "--import",
      "tsx",
      program,
      ...process.argv.slice(2),
    ]),
  );
  // Called off: what has not begun yet is not wanted either.
  if ((exitCodes.at(-1) ?? 0) > 128) break;
}
process.exitCode = Math.max(...exitCodes);
