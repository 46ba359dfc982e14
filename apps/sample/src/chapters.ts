import type { DeploymentConfigInput } from "@spark/rsi-deploy";
import type { ImprovementHypothesisInput } from "@spark/rsi-model";
import type { Attendance } from "./attend-rollout.ts";
import type { LabelledMail } from "./corpus.ts";
import { parseStrictly, readLess, readPhrases } from "./hypotheses.ts";
import type { Criteria } from "./rehearse.ts";

/** One hypothesis of a story: how it was tested, how it is deployed, and how that has to end. */
export interface Chapter {
  readonly title: string;
  readonly propose: (baseline: string) => ImprovementHypothesisInput;
  readonly rehearsal: {
    /** The mails it is tested on, out of those of the live part. */
    readonly mails: (live: readonly LabelledMail[]) => readonly LabelledMail[];
    readonly criteria: Criteria;
    /** What is wrong with this test; nothing where it is a fair one. */
    readonly caveat?: string;
  };
  /** Which of the deployments of its story's pace. */
  readonly strategy: string;
  readonly ends: "completed" | "rolled_back";
  /** Name of the stage it has to end in, where that matters. */
  readonly endsIn?: string;
  /** What a reader should know before it begins. */
  readonly note?: string;
  /** People who take part. */
  readonly attend?: Attendance;
}

/** How fast the story is told. */
export interface Pace {
  readonly ratePerSecond: number;
  /** Mails under way at once. A run keeps the processor busy, so more would only wait for each other. */
  readonly maxInFlight: number;
  /** Traffic before the first deployment: what it is compared with. */
  readonly warmUpSeconds: number;
  /** Traffic after a rollback, to see who serves. */
  readonly aftermathSeconds: number;
  /** How to deploy, by the names that chapters ask for. */
  readonly deployments: Readonly<Record<string, DeploymentConfigInput>>;
}

/** The limits of the seed's complete example: 30 % more errors, half as slow again, or too few successes. */
export const limits = { maxErrorRateIncrease: 0.3, maxLatencyMultiplier: 1.5, minSuccessRate: 0.8 };

/**
 * The seed recommends `direct` for low risk and `canary` for medium risk, and so it is done here. Durations are
 * short so that the story is; how it is decided is as by default, with 5 % chance of a false rollback.
 *
 * The canary's ten seconds are what it takes to see 5 % of failures beside 1 %: at a share of 50 % the evidence
 * doubles about once a second.
 */
export const storyPace = {
  ratePerSecond: 250,
  maxInFlight: 3,
  warmUpSeconds: 8,
  aftermathSeconds: 2,
  deployments: {
    direct: { ...limits, strategy: "direct", monitoringDurationSeconds: 12, monitoringIntervalSeconds: 1 },
    canary: { ...limits, strategy: "canary", monitoringDurationSeconds: 10, monitoringIntervalSeconds: 1 },
  },
} as const satisfies Pace;

export const chapters: readonly Chapter[] = [
  {
    title: "Read less",
    propose: readLess,
    rehearsal: {
      mails: (live) => live.slice(0, 300),
      criteria: { mayFailMore: 0, mayErrMore: 3, latencyRatio: 1 },
    },
    strategy: "direct",
    ends: "completed",
  },
  {
    title: "Parse strictly",
    propose: parseStrictly,
    rehearsal: {
      mails: (live) => live.filter(({ mailId }) => mailId.startsWith("easy-ham-2/")).slice(0, 30),
      criteria: { mayFailMore: 0, mayErrMore: 0, latencyRatio: 2 },
      caveat: "30 mails of one mailing list and no spam: malformed mails are mostly spam",
    },
    strategy: "canary",
    ends: "rolled_back",
  },
  {
    title: "Read phrases",
    propose: readPhrases,
    rehearsal: {
      mails: (live) => live.filter(({ text }) => text.length < 2_500).slice(0, 30),
      criteria: { mayFailMore: 0, mayErrMore: 0 },
      caveat: "30 short mails, and nobody had asked how long it may take",
    },
    strategy: "canary",
    ends: "rolled_back",
  },
];
