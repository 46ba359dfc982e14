import { seededRandom } from "@spark/graph";
import type { PlannedDeath } from "./loop-succession.ts";
import { places } from "./loop-message.ts";

/** One death at each place where nothing is written. */
export function deathsAtPlaces(): readonly PlannedDeath[] {
  return places.map((place) => ({ place, time: 1 }));
}

/** Deaths at these writes of a child's own: one before anything of it is on the disk, the next when all is, by turns. */
export function deathsAtWrites(writes: readonly number[]): readonly PlannedDeath[] {
  return writes.map((write, at) => ({ of: "own", when: at % 2 === 0 ? "after" : "before", write }));
}

/** Deaths at random moments, the same for the same seed; one in ten before the store is open. */
export function deathsAnyTime(count: number, seed: number): readonly PlannedDeath[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    random() < 0.1
      ? { since: "spawned", ms: Math.round(random() * 250) }
      : { since: "opened", ms: Math.round(random() * 1200) },
  );
}
