// `npm run crash`: kills a deploying process before each of its writes, then at 200 random moments, and tells what
// came of each.
// Arguments: how often, and the seed.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { bundleChild } from "./bundle-child.ts";
import { dealt, livesEndingAnyTime, livesEndingAtEachWrite } from "./planned-lives.ts";
import { type Inheritance, succession } from "./succession.ts";
import type { Witness } from "./witness.ts";

const [count = 200, seed = 1] = process.argv.slice(2).map(Number);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  say("Expected a number of kills from 1 on and a seed, both whole: npm run crash -- 200 1");
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), "spark-crash-child-"));
try {
  const program = await bundleChild(folder);
  const deaths: Inheritance[] = [];
  const lives = [
    ...livesEndingAtEachWrite("sound", { when: "before", writes: 30 }),
    ...livesEndingAnyTime(count, seed),
  ];
  const started = process.hrtime.bigint();
  say(row(["kill", "at", "deploys", "last safe event", "next process", "found"]));
  const witnesses = await Promise.all(
    dealt(lives, 2 * availableParallelism()).map((hand) =>
      succession(program, hand, (death) => say(rowOf(death, deaths.push(death)))),
    ),
  );
  say(summary(witnesses, deaths));
  say(`${Math.round(Number(process.hrtime.bigint() - started) / 1e9)} s, seed ${seed}`);
  if (witnesses.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

function rowOf({ planned, left, resumed, faults }: Inheritance, number: number): string {
  const { death, proposes } = planned;
  const moment = "since" in death ? `${death.since} + ${death.ms} ms` : `${death.when} write ${death.write}`;
  const found = faults.length === 0 ? "nothing wrong" : faults.join("; ");
  return row([String(number), moment, proposes, left?.type ?? "none open", resumed ? "goes on" : "-", found]);
}

function row(cells: readonly string[]): string {
  const widths = [5, 17, 9, 16, 13];
  return cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(" ");
}

function summary(witnesses: readonly Witness[], deaths: readonly Inheritance[]): string {
  const sum = (of: (witness: Witness) => number): number =>
    witnesses.reduce((total, witness) => total + of(witness), 0);
  const endings = witnesses.flatMap((witness) => witness.endings);
  const ended = (status: string): number => endings.filter((ending) => ending === status).length;
  const faults = witnesses.flatMap((witness) => witness.faults);
  return [
    "",
    `${deaths.length} kills, ${deaths.filter(({ left }) => left !== undefined).length} of them in the midst of a deployment`,
    `${endings.length} deployments: ${ended("completed")} completed, ${ended("rolled_back")} rolled back`,
    `${sum(({ acknowledged }) => acknowledged)} writes kept, ${sum(({ torn }) => torn)} broken-off ones cut away`,
    faults.length === 0
      ? "None lost, none doubled, no gate skipped, traffic as the record says."
      : `${faults.length} faults:\n${faults.join("\n")}`,
  ].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
