// The second half of `npm run crash`: kills a process that improves a graph at each place and each write of a cycle
// and at random moments, and tells what came of each.
// Arguments: how often at random moments, and the seed.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { bundleChild } from "../crash/bundle-child.ts";
import { dealt } from "../crash/planned-lives.ts";
import { type LoopInheritance, loopSuccession, type PlannedDeath } from "./loop-succession.ts";
import type { LoopWitness } from "./loop-witness.ts";
import { deathsAnyTime, deathsAtPlaces, deathsAtWrites } from "./planned-deaths.ts";

const [count = 60, seed = 1] = process.argv.slice(2).map(Number);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  say("Expected a number of kills from 1 on and a seed, both whole.");
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), "spark-loop-child-"));
try {
  const program = await bundleChild(folder, `${import.meta.dirname}/loop-child.ts`);
  const deaths: LoopInheritance[] = [];
  const plan = [
    ...deathsAtPlaces(),
    ...deathsAtWrites(Array.from({ length: 50 }, (_, at) => at + 1)),
    // Again, since by now much has been tried.
    ...deathsAtPlaces(),
    ...deathsAnyTime(count, seed),
  ];
  const started = process.hrtime.bigint();
  say("\nA process that improves a graph by itself");
  say(row(["kill", "at", "last safe change", "found"]));
  const witnesses = await Promise.all(
    dealt(plan, 2 * availableParallelism()).map((hand) =>
      loopSuccession(program, hand, (death) => say(rowOf(death, deaths.push(death)))),
    ),
  );
  say(summary(witnesses, deaths));
  say(`${Math.round(Number(process.hrtime.bigint() - started) / 1e9)} s, seed ${seed}`);
  if (witnesses.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

function rowOf({ planned, left, inCycle, open, faults }: LoopInheritance, number: number): string {
  const found =
    faults.length > 0
      ? faults.join("; ")
      : `nothing wrong${open.length === 0 ? "" : `, open: ${open.join(", ")}`}`;
  return row([String(number), momentOf(planned), inCycle ? (left ?? "none") : "between cycles", found]);
}

function momentOf(planned: PlannedDeath): string {
  if ("since" in planned) return `${planned.since} + ${planned.ms} ms`;
  return "place" in planned ? `${planned.place} ${planned.time}` : `${planned.when} write ${planned.write}`;
}

function row(cells: readonly string[]): string {
  const widths = [5, 17, 18];
  return cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(" ");
}

function summary(witnesses: readonly LoopWitness[], deaths: readonly LoopInheritance[]): string {
  const experiences = witnesses.flatMap((witness) => witness.experiences);
  const counts = new Map<string, number>();
  for (const { status } of experiences) counts.set(status, (counts.get(status) ?? 0) + 1);
  const faults = witnesses.flatMap((witness) => witness.faults);
  const kept = witnesses.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  return [
    "",
    `${deaths.length} kills, ${deaths.filter(({ inCycle }) => inCycle).length} of them in the midst of a cycle`,
    `${experiences.length} hypotheses: ${[...counts].map(([status, of]) => `${of} ${status}`).join(", ")}`,
    `${kept} writes kept`,
    faults.length === 0
      ? "None without an ending and its reason, none tried again, and who serves is who the record says."
      : `${faults.length} faults:\n${faults.join("\n")}`,
  ].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
