import { cp, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ManualClock } from "@spark/graph/testing";
import { describe, expect, test } from "vitest";
import { ExperienceDatabase } from "../experience-database.ts";
import type { Store } from "../store.ts";
import { everythingIn, liveThrough, SimulatedDisk } from "../testing.ts";
import { currentFormat } from "./file-format.ts";
import { FileStore } from "./file-store.ts";
import { type FileSystem, nodeFileSystem } from "./file-system.ts";
import { blockBytes, sealed, Sealing, SnapshotSeal } from "./snapshot-seal.ts";

const clock = new ManualClock();

async function open<Kept extends Store>(store: Kept) {
  const database = new ExperienceDatabase({ store, clock });
  await database.initialize();
  return { store, database };
}

/** What was written into the folder of format 1: some before its snapshot, the last after it. */
async function live(database: ExperienceDatabase): Promise<void> {
  await liveThrough(database, 3);
  await database.pruneVersions({ graphId: "support", keep: 0 });
  await database.storePattern({ patternId: "after", patternName: "p", patternType: "t" });
}

test("a folder of format 1 opens, says what it said, and is of the present format afterwards", async () => {
  const folder = await mkdtemp(join(tmpdir(), "format-"));
  await cp(fileURLToPath(new URL("../../fixtures/format-1", import.meta.url)), folder, { recursive: true });
  const expected = new ExperienceDatabase({ clock });
  await expected.initialize();
  await live(expected);
  const { database, store } = await open(new FileStore({ folder }));
  expect(await everythingIn(database)).toEqual(await everythingIn(expected));
  expect(await store.verify()).toMatchObject({ ok: true });
  await database.close();
  const head = await readFile(join(folder, "snapshot-000003.jsonl"), "utf8");
  expect(head).toMatch(new RegExp(`^.*"formatVersion":${currentFormat}`));
  const again = await open(new FileStore({ folder }));
  expect(await everythingIn(again.database)).toEqual(await everythingIn(expected));
  await again.database.close();
});

describe("a snapshot", () => {
  const folder = "/store";
  const path = `${folder}/snapshot-000002.jsonl`;
  const storeOn = (disk: SimulatedDisk) =>
    new FileStore({
      folder,
      fileSystem: disk,
      processes: { self: () => ({ pid: 1, host: "here" }), state: () => "gone" },
    });

  async function snapshotOn(disk: SimulatedDisk, patterns = 0): Promise<unknown> {
    const { store, database } = await open(storeOn(disk));
    await live(database);
    for (let n = 0; n < patterns; n += 1) {
      await database.storePattern({ patternId: `p${n}`, patternName: "n".repeat(2000), patternType: "t" });
    }
    await store.compact();
    const everything = await everythingIn(database);
    await database.close();
    return everything;
  }

  test("of several blocks gives back what was there, and what is changed afterwards", async () => {
    const disk = new SimulatedDisk();
    const before = await snapshotOn(disk, 600);
    expect(disk.contents(path).length).toBeGreaterThan(2 * blockBytes);
    const { database, store } = await open(storeOn(disk));
    expect(await everythingIn(database)).toEqual(before);
    await database.updatePatternStats({ patternId: "p7", success: true });
    await database.pruneVersions({ graphId: "billing", keep: 0 });
    const changed = await everythingIn(database);
    await store.compact();
    await database.close();
    const again = await open(storeOn(disk));
    expect(await everythingIn(again.database)).toEqual(changed);
  });

  test("whose bytes fit a forged CRC opens, and verify finds it by its SHA-256", async () => {
    const disk = new SimulatedDisk();
    await snapshotOn(disk);
    const { store, database } = await open(storeOn(disk));
    const sound = disk.contents(path);
    const forged = Buffer.from(sound.toString().replace("Idea 0", "Idea 9"));
    const sealAt = forged.lastIndexOf("\n", -2) + 1;
    const { index, blocks } = SnapshotSeal.parse(JSON.parse(sound.subarray(sealAt).toString()));
    const sealing = new Sealing();
    sealing.add(forged.subarray(0, sealAt));
    const seal = sealed({ index, blockBytes, crcs: sealing.seal(index).crcs ?? [], blocks });
    const line = Buffer.from(`${JSON.stringify(seal)}\n`);
    disk.place(path, Buffer.concat([forged.subarray(0, sealAt), line]));
    expect(await store.verify()).toMatchObject({ ok: false, damage: { path, offset: 0 } });
    await database.close();
    await (await open(storeOn(disk))).database.close();
  });

  test("that goes bad while it is open is noticed by whoever reaches the damage, and nothing else is lost", async () => {
    const disk = new SimulatedDisk();
    await snapshotOn(disk, 600);
    const { store, database } = await open(storeOn(disk));
    const damaged = disk.contents(path).indexOf('"patternId":"p300"');
    disk.rot(path, (data) => data.fill("x", damaged, damaged + 1));
    await expect(database.updatePatternStats({ patternId: "p300", success: true })).rejects.toMatchObject({
      code: "storage_corrupt",
      details: { path, offset: Math.floor(damaged / blockBytes) * blockBytes },
    });
    expect(await database.updatePatternStats({ patternId: "p7", success: true })).toMatchObject({
      usageCount: 1,
    });
    expect(await store.verify()).toMatchObject({ ok: false, damage: { path } });
    await expect(store.compact()).rejects.toThrow("damaged");
    disk.rot(path, (data) => data.fill('"', damaged, damaged + 1));
    expect(await database.updatePatternStats({ patternId: "p300", success: true })).toMatchObject({
      usageCount: 1,
    });
    await store.compact();
    await database.close();
    const again = await open(storeOn(disk));
    const used = await again.database.queryPatterns({ limit: Infinity });
    expect(
      used
        .filter(({ usageCount }) => usageCount === 1)
        .map(({ patternId }) => patternId)
        .sort(),
    ).toEqual(["p300", "p7", "pattern_1"]);
  });

  test("that the disk does not give any more fails the query, with what to do", async () => {
    const disk = new SimulatedDisk();
    await snapshotOn(disk, 600);
    const { database } = await open(storeOn(disk));
    disk.faultAt = ({ kind }) => (kind === "read" ? { code: "EIO" } : undefined);
    await expect(database.queryPatterns()).rejects.toThrow(/Reading failed at .*check the disk/);
    disk.faultAt = () => undefined;
    expect(await database.queryPatterns()).not.toEqual([]);
  });

  test("is written while others get their turn, between its writes", async () => {
    let turns = 0;
    const turnsAtWrites: number[] = [];
    const watched: FileSystem = {
      ...nodeFileSystem,
      open: async (name, flags) => {
        const file = await nodeFileSystem.open(name, flags);
        if (!name.endsWith(".tmp")) return file;
        const write: typeof file.write = (data) => {
          turnsAtWrites.push(turns);
          return file.write(data);
        };
        return { ...file, write };
      },
    };
    const folder = await mkdtemp(join(tmpdir(), "turns-"));
    const { store, database } = await open(new FileStore({ folder, fileSystem: watched }));
    const patternName = "n".repeat(10_000);
    await Promise.all(
      Array.from({ length: 600 }, (_, n) =>
        database.storePattern({ patternId: `p${n}`, patternName, patternType: "t" }),
      ),
    );
    const compaction = { isDone: false };
    const folded = store.compact().finally(() => (compaction.isDone = true));
    while (!compaction.isDone) {
      await nextTurn();
      turns += 1;
    }
    await folded;
    expect(turnsAtWrites.length).toBeGreaterThan(8);
    expect(new Set(turnsAtWrites).size).toBeGreaterThan(turnsAtWrites.length / 2);
    await database.close();
  });
});
