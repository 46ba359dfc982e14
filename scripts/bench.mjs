// `npm run bench [-- GROUP ...]`: builds the packages, installs what bench/ compares them with, and measures.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runChild } from "./child.mjs";
import { npm, prepare, say, stalePackages } from "./installation.mjs";

await prepare();

// What is measured is what users get: the built packages, not the sources.
let code = await npm(["run", "--silent", "build"]);
if (code === 0 && isStale()) {
  say("Installing what the benchmarks compare with, in bench/ only (npm ci) …");
  code = await npm(["ci", "--prefix", "bench", "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] });
}
if (code === 0) {
  const main = join(root, "bench/src/main.ts");
  code = await runChild(process.execPath, ["--import", "tsx", main, ...process.argv.slice(2)]);
}
process.exitCode = code;

function isStale() {
  const installed = packagesOf("bench/node_modules/.package-lock.json");
  return (
    stalePackages(packagesOf("bench/package-lock.json"), installed, {
      exists: (folder) => existsSync(join(root, "bench", folder, "package.json")),
      platform: process.platform,
      arch: process.arch,
    }).length > 0
  );
}

/** @param {string} file */
function packagesOf(file) {
  return existsSync(join(root, file)) ? JSON.parse(readFileSync(join(root, file), "utf8")).packages : {};
}
