import { annAndBob } from "./attend-rollout.ts";
import { type Chapter, limits, type Pace } from "./chapters.ts";
import type { LabelledMail } from "./corpus.ts";
import { cleanInOnePass, parseStrictly, readLess, refuseUndeclared } from "./hypotheses.ts";
import { declarationFaults } from "./mime-faults.ts";
import type { Traffic } from "./plots.ts";

const judged = { ...limits, monitoringIntervalSeconds: 1, holdTimeoutSeconds: 60 };

/**
 * Four ways to go from one version to the next. Stages are seconds so that the story is short; how it is decided
 * is as by default, with 5 % chance of a false rollback.
 */
export const rolloutPace = {
  ratePerSecond: 250,
  maxInFlight: 3,
  warmUpSeconds: 5,
  aftermathSeconds: 2,
  deployments: {
    // A tenth stays on the baseline to the end, so that versions are always compared at the same time: what else
    // this machine does then slows both.
    canary: {
      ...judged,
      strategy: "canary",
      canaryStages: [0.1, 0.25, 0.5, 0.9],
      monitoringDurationSeconds: 3,
    },
    // In 20 runs one failure is usual and four prove nothing; with bad luck there are five, so that six are asked
    // for. The stages behind them are several times as long as it takes to tell 9 % of failures from 2 %.
    glance: {
      ...judged,
      monitoringIntervalSeconds: 0.5,
      minimumFailures: 6,
      strategy: "stages",
      stages: [
        { kind: "watch", share: 0.1, durationSeconds: 5, untilRuns: 15, minimumRuns: 15 },
        { kind: "watch", share: 0.25, durationSeconds: 25 },
        { kind: "watch", share: 0.5, durationSeconds: 25 },
      ],
    },
    shadow: { ...judged, strategy: "shadow", monitoringDurationSeconds: 5 },
    approved: {
      ...judged,
      strategy: "stages",
      stages: [
        { kind: "watch", share: 0.25, durationSeconds: 2 },
        { kind: "gate", name: "go live?" },
        { kind: "watch", share: 0.5, durationSeconds: 3 },
      ],
    },
  },
} as const satisfies Pace;

type Strategy = keyof typeof rolloutPace.deployments;

const caveat = "30 mails of one mailing list: those it would refuse are mostly spam";

/**
 * Twice as many malformed mails as there are, so that in a stage of seconds there are enough to judge by; and
 * readers, because the failures of one reader count once: sticky by mail, the 138 malformed mails would
 * soon have told all they can.
 */
export const rolloutTraffic: Traffic = {
  mails: (live) => live.filter(({ text }, at) => at % 2 === 0 || declarationFaults(text).length > 0),
  readers: 20_000,
  note:
    "all malformed mails of the live part and half of the others, so that seconds are enough to see harm; to " +
    "20,000 readers, each of whom is always served by the same version",
};

const some = (live: readonly LabelledMail[]): readonly LabelledMail[] => live.slice(0, 200);
const oneList = (live: readonly LabelledMail[]): readonly LabelledMail[] =>
  live.filter(({ mailId }) => mailId.startsWith("easy-ham-2/")).slice(0, 30);

export const rolloutChapters: readonly (Chapter & { readonly strategy: Strategy })[] = [
  {
    title: "A canary that is promoted, stage by stage",
    propose: readLess,
    rehearsal: { mails: some, criteria: { mayFailMore: 0, mayErrMore: 3 } },
    strategy: "canary",
    ends: "completed",
    note: "each stage adds to the evidence of those before it",
  },
  {
    title: "A canary that is stopped at 25 %",
    propose: refuseUndeclared,
    rehearsal: { mails: oneList, criteria: { mayFailMore: 0, mayErrMore: 0 }, caveat },
    strategy: "glance",
    ends: "rolled_back",
    endsIn: "25 %",
    note:
      "at 10 % it is looked at for some 20 runs, and a few failures too many in them prove nothing; at 25 % there " +
      "are as many every second",
  },
  {
    title: "A shadow that finds different outputs",
    propose: parseStrictly,
    rehearsal: { mails: oneList, criteria: { mayFailMore: 0, mayErrMore: 0 }, caveat },
    strategy: "shadow",
    ends: "rolled_back",
    endsIn: "mirror 100 %",
    note:
      "stricter still, and this time no reader pays for it: each live run is repeated on the candidate, unseen, with " +
      "deliveries answered from the recording, and what comes out is compared",
  },
  {
    title: "A pause, and an approval",
    propose: cleanInOnePass,
    rehearsal: { mails: some, criteria: { mayFailMore: 0, mayErrMore: 0 } },
    strategy: "approved",
    ends: "completed",
    note: "Ann wants to see it herself before it goes on, and a gate waits for a person; Bob is late",
    attend: annAndBob,
  },
];
