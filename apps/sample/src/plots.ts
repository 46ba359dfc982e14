import { type Chapter, chapters, type Pace, storyPace } from "./chapters.ts";
import type { LabelledMail } from "./corpus.ts";
import { rolloutChapters, rolloutPace, rolloutTraffic } from "./rollout-chapters.ts";

/** The mails that are sent, out of those of the live part. */
export interface Traffic {
  readonly mails: (live: readonly LabelledMail[]) => readonly LabelledMail[];
  /** How many readers they go to, each of them served by one version; left out: each mail is. */
  readonly readers?: number;
  /** What is particular about them; nothing where it is all of them. */
  readonly note?: string;
}

/** A story to be played: the same graph and the same mails, other deployments. */
export interface Plot {
  readonly title: string;
  readonly chapters: readonly Chapter[];
  readonly pace: Pace;
  readonly traffic: Traffic;
  /** How its deployments have to end, in words. */
  readonly claim: string;
  /** What to try next, for one who has seen it to its end. */
  readonly next: string;
}

/** Every story, by the name that the command line asks for. */
export const plots = {
  changes: {
    title: "one change is kept, two are taken back",
    chapters,
    pace: storyPace,
    traffic: { mails: (live) => live },
    claim: "the good change was kept, the two bad ones were taken back",
    next: "npm start -- rollouts shows canaries, a shadow, a pause and an approval",
  },
  rollouts: {
    title: "two canaries, a shadow, and an approval",
    chapters: rolloutChapters,
    pace: rolloutPace,
    traffic: rolloutTraffic,
    claim:
      "one canary was promoted, one was stopped at 25 %, one in the shadow, and the approved one is live",
    next: "npm start -- changes shows what guards see in a change that fails, and in one that is slow",
  },
} as const satisfies Record<string, Plot>;
