import type { LabelledMail } from "../corpus.ts";
import { hidesWork, type Plant, readsPhrases, readsTwentyWords } from "./plants.ts";

/** What is particular about one cycle. Nothing in it is a change that could improve the graph. */
export interface CyclePlan {
  /** Bad proposals that come with the ideas of the rules; each comes again in every later cycle. */
  readonly plants: readonly Plant[];
  /** A test that is not a fair one. Nobody asks the rules then: they deserve a better one. */
  readonly thinTest?: ThinTest;
}

export interface ThinTest {
  /** The mails it draws from, out of those of the live part. */
  readonly mails: (live: readonly LabelledMail[]) => readonly LabelledMail[];
  /** What is wrong with it. */
  readonly caveat: string;
}

/** The cycles of the story. */
export const cyclePlans: readonly CyclePlan[] = [
  { plants: [hidesWork, readsPhrases] },
  { plants: [] },
  {
    plants: [readsTwentyWords],
    thinTest: {
      mails: (live) => live.filter(({ text }) => text.includes("rssfeeds")),
      caveat: "only mails of one news feed, which are short, and wanted every one",
    },
  },
  { plants: [] },
];
