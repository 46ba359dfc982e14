import { seededRandom, type Clock } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { ExperienceDatabase } from "../experience-database.ts";
import { memoryStore } from "../memory-store.ts";
import type { Store } from "../store.ts";
import { changesInOrder, everythingIn, SimulatedDisk } from "../testing.ts";
import { FileStore, type FileStoreOptions } from "./file-store.ts";
import type { ProcessTable } from "./process-identity.ts";

const folder = "/store";
const journal = `${folder}/journal-000001.jsonl`;
const stopped: Clock = { now: () => 5_000, schedule: () => () => {}, sleep: async () => {} };
const writes = changesInOrder(4);

/** Every opening is by another process, and the ones before are gone. */
let pid = 0;
const mortals = (): ProcessTable => {
  pid += 1;
  const self = { pid, host: "here" };
  return { self: () => self, state: (other) => (other.pid === self.pid ? "running" : "gone") };
};

const storeOn = (disk: SimulatedDisk, options: Partial<FileStoreOptions> = {}) =>
  new FileStore({ folder, fileSystem: disk, processes: mortals(), ...options });

const open = async (store: Store): Promise<ExperienceDatabase> => {
  const database = new ExperienceDatabase({ store, clock: stopped });
  await database.initialize();
  return database;
};

/** Everything there is after each number of changes. */
const prefixes = async (): Promise<ReadonlyMap<number, unknown>> => {
  const states = new Map<number, unknown>();
  const counting = memoryStore();
  let changes = 0;
  const database = await open({
    ...counting,
    append: async (more) => {
      changes += more.length;
    },
  });
  states.set(0, await everythingIn(database));
  for (const write of writes) {
    await write(database);
    states.set(changes, await everythingIn(database));
  }
  return states;
};

describe("a journal that was cut off at any byte", () => {
  test("gives all writes that were acknowledged by then, and reports the rest", async () => {
    const disk = new SimulatedDisk();
    const database = await open(storeOn(disk));
    const acknowledged = [disk.contents(journal).length];
    for (const write of writes.slice(0, 14)) {
      await write(database);
      acknowledged.push(disk.contents(journal).length);
    }
    await database.close();
    const whole = disk.contents(journal);
    const ends = [...new Set(acknowledged)];
    const states = await prefixes();

    for (let length = 0; length <= whole.length; length += 1) {
      const cut = new SimulatedDisk();
      cut.place(journal, whole.subarray(0, length));
      const store = storeOn(cut);
      const state = await store.load();
      const expected = Math.max(0, ends.filter((end) => end <= length).length - 1);
      expect(state.changes).toBe(expected);
      const torn = length > 0 && !ends.includes(length);
      expect(store.recovery.torn === undefined).toBe(!torn);
      if (torn) expect(store.recovery.torn).toMatchObject({ path: journal });
      await store.close();
      expect(cut.contents(journal).length).toBe(ends[expected]);

      if (length % 401 === 0 || ends.includes(length)) {
        const again = await open(storeOn(cut));
        expect(await everythingIn(again)).toEqual(states.get(expected));
        await again.close();
      }
    }
  });
});

describe("a loss of power", () => {
  /** Overlapping writes, so that flushes hold several lines; the power goes at operation `at`. */
  const liveUntil = async (disk: SimulatedDisk, at: number, compactAfterBytes: number): Promise<number> => {
    disk.faultAt = ({ count }) => {
      if (count === at) disk.cutPower();
      return undefined;
    };
    const store = storeOn(disk, { compactAfterBytes });
    let acknowledged = 0;
    const counted: Store = {
      load: () => store.load(),
      close: () => store.close(),
      append: async (changes) => {
        await store.append(changes);
        acknowledged += changes.length;
      },
    };
    try {
      const database = await open(counted);
      for (let from = 0; from < writes.length; from += 3) {
        await Promise.allSettled(writes.slice(from, from + 3).map((write) => write(database)));
      }
      await database.close();
    } catch {
      // The power went while it was opened or closed.
    }
    disk.faultAt = () => undefined;
    return acknowledged;
  };

  test.each([
    ["one journal", Infinity],
    ["a snapshot every few writes", 2_000],
  ])("at any operation, with %s, leaves all that was acknowledged", async (_, compactAfterBytes) => {
    const random = seededRandom(7);
    const states = await prefixes();
    const quiet = new SimulatedDisk();
    expect(await liveUntil(quiet, Infinity, compactAfterBytes)).toBe(Math.max(...states.keys()));
    const { operations } = quiet;
    expect(operations).toBeGreaterThan(50);

    for (let round = 0; round < 3; round += 1) {
      for (let at = 0; at < operations; at += 1) {
        const disk = new SimulatedDisk();
        const acknowledged = await liveUntil(disk, at, compactAfterBytes);
        disk.restart(random);
        const store = storeOn(disk, { compactAfterBytes });
        const database = await open(store);
        const { snapshotChanges, changes: after } = store.recovery;
        const changes = snapshotChanges + after;
        expect(changes, `power cut at operation ${at}`).toBeGreaterThanOrEqual(acknowledged);
        expect(await everythingIn(database), `power cut at operation ${at}`).toEqual(states.get(changes));
        expect(await store.verify()).toMatchObject({ ok: true });
        await database.close();
      }
    }
  });
});
