// `npm run bench [-- GROUP ...]`: runs the groups, each in a process of its own, prints one table and keeps it.
import { fork } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { middleRows } from "./middle-rows.ts";
import { heading, line } from "./table.ts";
import type { Row } from "./row.ts";

/** All groups that are run when none is named; `soak` is run by name only, for it takes minutes. */
const groups = [
  "graph",
  "peers",
  "spec",
  "router",
  "live",
  "parts",
  "telemetry",
  "guards",
  "store",
  "switch",
  "shadow",
  "detection",
] as const;

/** Groups in which nanoseconds count are run in several processes; what is shown of them is the middle. */
const repeated: ReadonlySet<string> = new Set([
  "graph",
  "router",
  "live",
  "parts",
  "telemetry",
  "switch",
  "shadow",
]);
const processes = 3;

const resultsFile = fileURLToPath(new URL("../results.json", import.meta.url));

interface Results {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly groups: Readonly<Record<string, { readonly at: string; readonly rows: readonly Row[] }>>;
}

const named = process.argv.slice(2).filter((word) => /^[a-z]+$/.test(word));
const options = process.argv.slice(2).filter((word) => !named.includes(word));
const unknown = named.filter((name) => name !== "soak" && !groups.some((group) => group === name));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(", ")}. Groups: ${[...groups, "soak"].join(", ")}.`);
  process.exit(1);
}

const measured: Record<string, Results["groups"][string]> = {};
let failed = false;
console.log(heading());
for (const group of named.length > 0 ? named : groups) {
  const rows = await runGroup(group);
  if (rows.length > 0) measured[group] = { at: new Date().toISOString(), rows };
}
writeFileSync(resultsFile, `${JSON.stringify(merged(measured), undefined, 2)}\n`);

const judged = Object.values(measured).flatMap(({ rows }) => rows.filter(({ met }) => met !== undefined));
const missed = judged.filter(({ met }) => met === false);
console.log(
  `\n${judged.length - missed.length} of ${judged.length} goals met. Rows are in bench/results.json.`,
);
if (missed.length > 0 || failed) process.exitCode = 1;

/** Runs a group, in as many processes as it takes, and prints its rows. */
async function runGroup(group: string): Promise<readonly Row[]> {
  console.log(`\n${group}`);
  if (!repeated.has(group)) return runOnce(group, (row) => console.log(line(row)));
  const runs: (readonly Row[])[] = [];
  while (runs.length < processes) runs.push(await runOnce(group));
  const rows = middleRows(runs);
  for (const row of rows) console.log(line(row));
  return rows;
}

function runOnce(group: string, onRow?: (row: Row) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const file = fileURLToPath(new URL(`./groups/${group}.ts`, import.meta.url));
  const child = fork(file, options, { execArgv: ["--expose-gc", "--import", "tsx"] });
  child.on("message", (row: Row) => {
    rows.push(row);
    onRow?.(row);
  });
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      if (code !== 0) {
        failed = true;
        console.error(`  The group ${group} ended with exit code ${code}; its rows are incomplete.`);
      }
      resolve(rows);
    });
  });
}

/** Groups that were not run keep their last rows. */
function merged(now: Results["groups"]): Results {
  const before: Partial<Results> = existsSync(resultsFile)
    ? JSON.parse(readFileSync(resultsFile, "utf8"))
    : {};
  return {
    machine: {
      node: process.version,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    groups: { ...before.groups, ...now },
  };
}
