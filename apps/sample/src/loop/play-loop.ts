import { type Clock, type GraphVersion, seededRandom, systemClock } from "@spark/graph";
import { type CycleResult, heuristicModel } from "@spark/rsi";
import { breather } from "../breather.ts";
import { type Corpus, loadCorpus } from "../corpus.ts";
import { liveVersion, servingText } from "../live-version.ts";
import { mailGraph } from "../mail-graph.ts";
import type { Check } from "../story-event.ts";
import { trainModel } from "../train-model.ts";
import { sendTraffic } from "../traffic.ts";
import { auditLoop } from "./audit-loop.ts";
import { compareHeldOut } from "./compare-held-out.ts";
import type { LoopEvent, LoopFact, Told } from "./loop-event.ts";
import { type LoopPace, loopPace } from "./loop-pace.ts";
import { type LoopProduction, wireLoop } from "./loop-wiring.ts";
import { plantedProposal, withPlanted } from "./planted-proposal.ts";
import { toldModel } from "./told-model.ts";

export interface LoopOptions {
  /** Of the order of the mails, the tests and the canaries; what is measured in real time differs all the same. */
  readonly seed: number;
  /** Told everything that happens, while it happens. */
  readonly tell: (event: LoopEvent) => void;
  /** Ends the cycle under way, puts the baseline back, stops the traffic and closes the database. */
  readonly signal: AbortSignal;
  /** Where experience is kept; a new folder for temporary files where it is left out. */
  readonly databaseFolder?: string;
  readonly clock?: Clock;
  readonly pace?: LoopPace;
  readonly readCorpus?: () => Corpus;
}

/** Everything that a part of the story needs. */
interface Stage {
  readonly production: LoopProduction;
  readonly corpus: Corpus;
  readonly pace: LoopPace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly seed: number;
  readonly tell: (fact: LoopFact) => void;
  readonly pause: () => Promise<void>;
}

/**
 * Lets the loop improve the mail graph and gives the exit code: 0 where held-out mails show that it did and the
 * planted proposal was stopped, 1 where not, 130 where the signal aborted. Everything is closed when it ends.
 */
export async function playLoop(options: LoopOptions): Promise<number> {
  const { clock = systemClock, signal } = options;
  const startedAt = clock.now();
  const tell = (fact: LoopFact): void => options.tell({ ...fact, at: clock.now() });
  let stage: Stage | undefined;
  let checks: readonly Check[] = [];
  try {
    stage = await setStage({ ...options, clock }, tell);
    const first = liveVersion(stage.production.live);
    const told = await improve(stage);
    checks = await judge(stage, { first, told });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await stage?.production.close();
  }
  if (signal.aborted) {
    const serving = stage && { live: servingText(stage.production.live) };
    tell({ type: "interrupted", reason: String(signal.reason), ...serving });
  }
  const exitCode = signal.aborted ? 130 : checks.every(({ ok }) => ok) ? 0 : 1;
  tell({ type: "ended", checks, seconds: (clock.now() - startedAt) / 1000, exitCode });
  return exitCode;
}

async function setStage(
  options: LoopOptions & { readonly clock: Clock },
  tell: (fact: LoopFact) => void,
): Promise<Stage> {
  const { clock, signal, seed, databaseFolder, pace = loopPace, readCorpus = loadCorpus } = options;
  const pause = breather(clock, signal);
  tell({ type: "loading_corpus" });
  await clock.sleep(0, signal);
  const corpus = readCorpus();
  tell({ type: "training", of: corpus.train.length });
  const model = await trainModel(corpus.train, { pause });
  const rules = toldModel(heuristicModel(), (thought) => tell({ type: "thought", ...thought }));
  const production = await wireLoop({
    model,
    seed,
    clock,
    pace,
    mails: corpus.live,
    ideas: withPlanted(rules, plantedProposal),
    // What stations say while they let go of a cycle that was called off is of no interest.
    onPhase: (note) => {
      if (!signal.aborted) tell({ type: "phase", note });
    },
    ...(databaseFolder === undefined ? {} : { databaseFolder }),
  });
  const { label, spec } = liveVersion(production.live);
  tell({
    type: "opened",
    seed,
    mails: { train: corpus.train.length, live: corpus.live.length, heldOut: corpus.heldOut.length },
    label,
    nodes: spec.nodes.length,
    databaseFolder: production.databaseFolder,
  });
  return { production, corpus, pace, clock, signal, seed, tell, pause };
}

/** Cycle after cycle, while mails come in; gives every hypothesis the loop has looked at. */
async function improve(stage: Stage): Promise<readonly Told[]> {
  const { production, corpus, pace, clock, signal, seed, tell } = stage;
  const { ratePerSecond, maxInFlight, cycles, trafficSeconds } = pace;
  const stopped = new AbortController();
  tell({ type: "traffic_started", ratePerSecond });
  const sending = sendTraffic({
    target: production.live,
    mails: corpus.live,
    random: seededRandom(seed),
    clock,
    ratePerSecond,
    maxInFlight,
    signal: stopped.signal,
  });
  const told: Told[] = [];
  try {
    for (let number = 1; number <= cycles; number += 1) {
      tell({ type: "cycle", number, of: cycles, label: liveVersion(production.live).label });
      await clock.sleep(trafficSeconds * 1000, signal);
      told.push(...(await tellCycle(stage, await production.loop.run({ signal }))));
    }
  } finally {
    stopped.abort();
    tell({ type: "traffic_stopped", ...(await sending) });
  }
  return told;
}

async function tellCycle(
  { production, tell }: Stage,
  { hypotheses, learned, stoppedAt, reason }: CycleResult,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const hypothesis of hypotheses) {
    const { proposal, testResult } = await production.database.readExperience(hypothesis.hypothesisId);
    told.push({
      ...hypothesis,
      changes: proposal.changes,
      ...(testResult === undefined ? {} : { testResult }),
    });
  }
  tell({
    type: "cycle_ended",
    label: liveVersion(production.live).label,
    hypotheses: told,
    recommendations: learned?.recommendations ?? [],
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
    ...(reason === undefined ? {} : { reason }),
  });
  return told;
}

/** Compares the first version with the last on mails nobody has tuned on, and lists what is remembered. */
async function judge(
  { production, corpus, clock, tell, pause }: Stage,
  { first, told }: { readonly first: GraphVersion; readonly told: readonly Told[] },
): Promise<readonly Check[]> {
  const last = liveVersion(production.live);
  const labels = [first.label, last.label] as const;
  tell({ type: "comparing", mails: corpus.heldOut.length, before: labels[0], after: labels[1] });
  const comparison = await compareHeldOut({
    before: production.trialOf(first),
    after: production.trialOf(last),
    mails: corpus.heldOut,
    clock,
    pause,
  });
  tell({ type: "compared", labels, comparison });
  const experiences = await production.database.queryHypotheses({ graphId: mailGraph.id, limit: 1000 });
  tell({
    type: "remembered",
    folder: production.databaseFolder,
    experiences: experiences
      .map(({ hypothesisId, status, lessons }) => ({ hypothesisId, status, lessons }))
      .toReversed(),
  });
  return auditLoop({ told, comparison, spec: last.spec });
}
