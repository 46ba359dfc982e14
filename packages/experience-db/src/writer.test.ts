import { expect, test } from "vitest";
import { ExperienceDatabase } from "./experience-database.ts";
import { ExperienceState } from "./experience-state.ts";
import type { Store } from "./store.ts";
import { changesInOrder, everythingIn, liveThrough } from "./testing.ts";

/** Refuses everything that is under way when told to, as a disk that fails does. */
class FallibleStore implements Store {
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  held = false;

  load = async () => new ExperienceState();
  close = async () => {};

  append(): Promise<void> {
    if (!this.held) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  settle(accepted: number): void {
    for (const [n, { resolve, reject }] of this.#waiting.entries()) {
      if (n < accepted) resolve();
      else reject(new Error("disk gone"));
    }
    this.#waiting = [];
  }
}

test.each([0, 1, 5, 20])("with %s writes acknowledged the rest leave nothing behind", async (accepted) => {
  const store = new FallibleStore();
  const database = new ExperienceDatabase({ store, clock: { ...stopped } });
  await database.initialize();
  await liveThrough(database, 3);
  store.held = true;
  const under = changesInOrder(6)
    .slice(-20)
    .map((write) => write(database));
  const settled = Promise.allSettled(under);
  store.settle(accepted);
  const results = await settled;
  expect(results.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(20 - accepted);

  const expected = new ExperienceDatabase({ clock: { ...stopped } });
  await expected.initialize();
  await liveThrough(expected, 3);
  for (const write of changesInOrder(6).slice(-20).slice(0, accepted)) await write(expected);
  expect(await everythingIn(database)).toEqual(await everythingIn(expected));
});

const stopped = { now: () => 5_000, schedule: () => () => {}, sleep: async () => {} };
