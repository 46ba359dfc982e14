import { type Random, seededRandom } from "@spark/graph";
import type { Intent, OwnDeath } from "./child-message.ts";
import type { KillMoment } from "./life.ts";
import type { PlannedLife } from "./succession.ts";

/** One life for each write of a deployment: the first ends at its first, the second at its second. */
export function livesEndingAtEachWrite(
  proposes: Intent,
  { when, writes }: { readonly when: OwnDeath["when"]; readonly writes: number },
): readonly PlannedLife[] {
  return Array.from({ length: writes }, (_, before) => ({
    proposes,
    death: { of: "own", when, write: before + 1 },
  }));
}

/** Lives that all end soon after they have begun, so that it takes many of them to end one deployment. */
export function shortLives(count: number, writes: number): readonly PlannedLife[] {
  return Array.from({ length: count }, () => ({
    proposes: "sound",
    death: { of: "all", when: "after", write: writes },
  }));
}

/** Lives that are ended at random moments, the same for the same seed; every fourth proposes a harmful change. */
export function livesEndingAnyTime(count: number, seed: number): readonly PlannedLife[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, place) => ({
    proposes: place % 4 === 3 ? "harmful" : "sound",
    death: anyMoment(random),
  }));
}

/** Lives that are ended at random moments of a canary; every fourth proposes a harmful change. */
export function livesEndingInCanary(count: number, seed: number): readonly PlannedLife[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, place) => {
    const proposes = place % 4 === 3 ? "harmful" : "sound";
    // A harmful one is taken back soon.
    const ms = Math.round(random() * (proposes === "harmful" ? 60 : 400));
    return { proposes, death: { since: "canary", ms } };
  });
}

/** One in ten before the store is open, the others while the child goes on with one deployment and makes the next. */
function anyMoment(random: Random): KillMoment {
  return random() < 0.1
    ? { since: "spawned", ms: Math.round(random() * 250) }
    : { since: "opened", ms: Math.round(random() * 1000) };
}

/** Deals lives out to several successions, which can go on side by side. */
export function dealt<Item>(items: readonly Item[], hands: number): readonly (readonly Item[])[] {
  return Array.from({ length: hands }, (_, hand) => items.filter((_, place) => place % hands === hand));
}
