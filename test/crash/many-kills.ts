// `npm run crash`: kills a deploying process before each of its writes, at random moments of its life, and then at
// random moments of a canary until there are 200 of these; tells what came of each.
// Arguments: how many in a canary, and the seed.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { bundleChild } from "./bundle-child.ts";
import { dealt, livesEndingAnyTime, livesEndingAtEachWrite, livesEndingInCanary } from "./planned-lives.ts";
import { type Inheritance, type PlannedLife, succession } from "./succession.ts";
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
  const started = process.hrtime.bigint();
  say(row(["kill", "at", "deploys", "last safe event", "next process", "found"]));
  const witnesses: Witness[] = [];
  const survive = async (lives: readonly PlannedLife[]): Promise<void> => {
    const hands = dealt(lives, Math.min(lives.length, 2 * availableParallelism()));
    const tell = (death: Inheritance): void => say(rowOf(death, deaths.push(death)));
    witnesses.push(...(await Promise.all(hands.map((hand) => succession(program, hand, tell)))));
  };
  await survive([
    ...livesEndingAtEachWrite("sound", { when: "before", writes: 30 }),
    ...livesEndingAnyTime(Math.ceil(count / 10), seed),
  ]);
  // Some come too late: the canary has just ended.
  for (let batch = 1; killsInCanary(deaths) < count && batch <= 10; batch += 1) {
    await survive(livesEndingInCanary(count - killsInCanary(deaths), seed + batch));
  }
  if (killsInCanary(deaths) < count) process.exitCode = 1;
  say(summary(witnesses, deaths));
  say(`${Math.round(Number(process.hrtime.bigint() - started) / 1e9)} s, seed ${seed}`);
  if (witnesses.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

/** At a random moment, while both versions were to serve. */
function killsInCanary(deaths: readonly Inheritance[]): number {
  return deaths.filter(({ planned, inCanary }) => inCanary && "since" in planned.death).length;
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
    `${killsInCanary(deaths)} random ones during a canary`,
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
