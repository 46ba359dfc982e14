import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleChild } from "./crash/bundle-child.ts";
import { dealt } from "./crash/planned-lives.ts";
import { places } from "./loop-crash/loop-message.ts";
import { type LoopInheritance, loopSuccession, type PlannedDeath } from "./loop-crash/loop-succession.ts";
import { deathsAnyTime, deathsAtPlaces, deathsAtWrites } from "./loop-crash/planned-deaths.ts";

let folder = "";
let program = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spark-loop-child-"));
  program = await bundleChild(folder, `${import.meta.dirname}/loop-crash/loop-child.ts`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Lives side by side in successions of their own; what was wrong, and what was seen. */
async function survive(plan: readonly PlannedDeath[]) {
  const deaths: LoopInheritance[] = [];
  const witnesses = await Promise.all(
    dealt(plan, 3).map((hand) => loopSuccession(program, hand, (death) => deaths.push(death))),
  );
  const experiences = witnesses.flatMap((witness) => witness.experiences);
  return {
    deaths,
    faults: witnesses.flatMap(({ faults }) => faults),
    endings: new Set(experiences.map(({ proposal, status }) => `${proposal.rationale} ${status}`)),
  };
}

describe("a process that improves a graph under traffic and is killed", { timeout: 120_000 }, () => {
  test("in any phase leaves nothing without an ending, and tries nothing again that has failed", async () => {
    const { faults, deaths, endings } = await survive(deathsAtPlaces());
    expect(faults).toEqual([]);
    expect(deaths).toHaveLength(places.length);
    expect(deaths.filter(({ inCycle }) => !inCycle)).toEqual([]);
    expect([...endings]).toEqual(
      expect.arrayContaining([
        "forbidden rejected",
        "worse test_failed",
        "fragile rolled_back",
        "sound completed",
        "risky completed",
      ]),
    );
  });

  test("at any of its writes does, too", async () => {
    const { faults, deaths } = await survive(deathsAtWrites([2, 9, 14, 23, 28, 37]));
    expect(faults).toEqual([]);
    expect(deaths.filter(({ inCycle }) => !inCycle)).toEqual([]);
  });

  test("at random moments does, too", async () => {
    const { faults, deaths } = await survive(deathsAnyTime(3, 7));
    expect(faults).toEqual([]);
    expect(deaths).toHaveLength(3);
  });
});
