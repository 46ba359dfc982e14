import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleChild } from "./crash/bundle-child.ts";
import type { Intent, OwnDeath } from "./crash/child-message.ts";
import { live } from "./crash/life.ts";
import {
  dealt,
  livesEndingAnyTime,
  livesEndingAtEachWrite,
  livesEndingInCanary,
  shortLives,
} from "./crash/planned-lives.ts";
import { type Inheritance, type PlannedLife, succession } from "./crash/succession.ts";

let folder = "";
let program = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spark-crash-child-"));
  program = await bundleChild(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** How often an undisturbed deployment writes. */
async function writesOf(proposes: Intent): Promise<number> {
  const orders = {
    folder: await mkdtemp(join(folder, "undisturbed-")),
    life: 0,
    proposes,
    deployments: 1,
    show: [],
  };
  const { messages } = await live(program, orders);
  return messages.filter(({ type }) => type === "written").length;
}

/** Lives side by side in successions of their own; what was wrong, and what was seen. */
async function survive(plan: readonly PlannedLife[]) {
  const deaths: Inheritance[] = [];
  const witnesses = await Promise.all(
    dealt(plan, 3).map((lives) => succession(program, lives, (death) => deaths.push(death))),
  );
  return {
    faults: witnesses.flatMap(({ faults }) => faults),
    endings: witnesses.flatMap(({ endings }) => endings),
    deaths,
  };
}

describe("a process that deploys under traffic and is killed", { timeout: 120_000 }, () => {
  test.each<[OwnDeath["when"], Intent, string]>([
    ["after", "sound", "completed"],
    ["after", "harmful", "rolled_back"],
    ["before", "harmful", "rolled_back"],
  ])("%s any of its writes leaves a %s deployment that is %s", async (when, proposes, status) => {
    const writes = await writesOf(proposes);
    const { faults, endings, deaths } = await survive(livesEndingAtEachWrite(proposes, { when, writes }));
    expect(faults).toEqual([]);
    expect(new Set(endings)).toEqual(new Set([status]));
    const open = deaths.filter(({ left }) => left !== undefined);
    expect(open.filter(({ resumed }) => !resumed)).toEqual([]);
    const expected = ["started", "stage_entered", "plan_set", "checked", "decided"];
    expect(open.map(({ left }) => left?.type)).toEqual(expect.arrayContaining(expected));
  });

  test("again and again gets on each time", async () => {
    const { faults, endings } = await survive(shortLives(12, 5));
    expect(faults).toEqual([]);
    expect(endings.length).toBeGreaterThanOrEqual(3);
  });

  test("at random moments loses, doubles and skips nothing", async () => {
    const { faults, endings, deaths } = await survive(livesEndingAnyTime(10, 7));
    expect(faults).toEqual([]);
    expect(deaths.filter(({ resumed }) => resumed).length).toBeGreaterThan(2);
    expect(endings.length).toBeGreaterThan(2);
  });

  test("at random moments of a canary goes on with it", async () => {
    const { faults, deaths } = await survive(livesEndingInCanary(9, 3));
    expect(faults).toEqual([]);
    const inCanary = deaths.filter((death) => death.inCanary);
    expect(inCanary.length).toBeGreaterThan(4);
    // Not all of them: a process may be killed again before it has said that it goes on.
    expect(inCanary.filter(({ resumed }) => resumed).length).toBeGreaterThan(2);
  });
});
