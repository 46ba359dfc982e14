import { expect, test } from "vitest";
import { ExperienceDatabase } from "./experience-database.ts";
import { ExperienceState } from "./experience-state.ts";
import type { StoreChange } from "./store-change.ts";
import type { Store } from "./store.ts";
import { changesInOrder, everythingIn, liveThrough } from "./testing.ts";

/** Takes so many changes, then fails as a disk does. */
class FallibleStore implements Store {
  room = Infinity;
  readonly turns: number[] = [];

  load = async () => new ExperienceState();
  close = async () => {};

  async append(changes: readonly StoreChange[]): Promise<void> {
    this.turns.push(changes.length);
    await Promise.resolve();
    if (changes.length > this.room) throw new Error("disk gone");
    this.room -= changes.length;
  }
}

const stopped = { now: () => 5_000, schedule: () => () => {}, sleep: async () => {} };
const open = async (store: Store) => {
  const database = new ExperienceDatabase({ store, clock: stopped });
  await database.initialize();
  return database;
};

test("writers who come together share a turn", async () => {
  const store = new FallibleStore();
  const database = await open(store);
  await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      database.storePattern({ patternId: `p${n}`, patternName: "p", patternType: "t" }),
    ),
  );
  expect(store.turns).toEqual([1, 63]);
});

test.each([0, 1, 5, 20])(
  "with room for %s of twenty overlapping writes, those that fail leave nothing",
  async (room) => {
    const writes = changesInOrder(6).slice(-20);
    const store = new FallibleStore();
    const database = await open(store);
    await liveThrough(database, 3);
    store.room = room;
    const results = await Promise.allSettled(writes.map((write) => write(database)));
    const accepted = results.findIndex(({ status }) => status === "rejected");

    const expected = await open(new FallibleStore());
    await liveThrough(expected, 3);
    for (const write of writes.slice(0, accepted < 0 ? 20 : accepted)) await write(expected);
    expect(await everythingIn(database)).toEqual(await everythingIn(expected));
    expect(results.slice(accepted).every(({ status }) => status === "rejected")).toBe(accepted >= 0);
  },
);

test("after a failure that passed, writing goes on", async () => {
  const store = new FallibleStore();
  const database = await open(store);
  const write = () => database.storePattern({ patternId: "p", patternName: "p", patternType: "t" });
  store.room = 0;
  await expect(write()).rejects.toThrow("disk gone");
  await expect(database.updatePatternStats({ patternId: "p", success: true })).rejects.toThrow("no pattern");
  store.room = 10;
  expect(await write()).toMatchObject({ patternId: "p" });
});
