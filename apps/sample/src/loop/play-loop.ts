import { type Clock, systemClock } from "@spark/graph";
import { heuristicModel, type PhaseNote } from "@spark/rsi";
import { breather } from "../breather.ts";
import { type Corpus, loadCorpus } from "../corpus.ts";
import { liveVersion, servingText } from "../live-version.ts";
import type { Check } from "../story-event.ts";
import { trainModel } from "../train-model.ts";
import type { CyclePlan } from "./cycle-plan.ts";
import { plantedModel } from "./ideas.ts";
import { improve } from "./improve.ts";
import { judgeLoop } from "./judge-loop.ts";
import type { LoopEvent, LoopFact } from "./loop-event.ts";
import { type LoopPace, loopPace } from "./loop-pace.ts";
import { type LoopStage, Roster } from "./loop-stage.ts";
import { wireLoop } from "./loop-wiring.ts";

export interface LoopOptions {
  /** Of the order of the mails, the tests and the canaries. */
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

/**
 * Lets the loop improve the mail graph and gives the exit code: 0 where held-out mails show that it did and whatever
 * was planted was stopped, 1 where not, 130 where the signal aborted. Everything is closed when it ends.
 */
export async function playLoop(options: LoopOptions): Promise<number> {
  const { clock = systemClock, signal } = options;
  const startedAt = clock.now();
  const tell = (fact: LoopFact): void => options.tell({ ...fact, at: clock.now() });
  let stage: LoopStage | undefined;
  let checks: readonly Check[] = [];
  try {
    stage = await setStage({ ...options, clock }, tell);
    const told = await improve(stage);
    checks = await judgeLoop(stage, told);
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
  const next = "npm start -- changes shows a deployment from close by";
  const seconds = (clock.now() - startedAt) / 1000;
  tell({ type: "ended", checks, seconds, exitCode, ...(exitCode === 0 ? { next } : {}) });
  return exitCode;
}

async function setStage(
  options: LoopOptions & { readonly clock: Clock },
  tell: (fact: LoopFact) => void,
): Promise<LoopStage> {
  const { clock, signal, seed, databaseFolder, pace = loopPace, readCorpus = loadCorpus } = options;
  const pause = breather(clock, signal);
  tell({ type: "loading_corpus" });
  await clock.sleep(0, signal);
  const corpus = readCorpus();
  const of = corpus.train.length;
  const model = await trainModel(corpus.train, {
    pause: async (done) => {
      if (done % 100 === 0) tell({ type: "training", done, of });
      await pause();
    },
  });
  tell({ type: "training", done: of, of });
  const roster = new Roster();
  const plans: CyclePlan[] = [];
  const production = await wireLoop({
    model,
    seed,
    clock,
    pace,
    pause,
    mails: corpus.live,
    testMails: () => plans.at(-1)?.thinTest?.mails(corpus.live) ?? corpus.live,
    ideas: plantedModel({
      rules: heuristicModel(),
      plans: () => plans,
      tell: (thought) => {
        roster.add(thought.ideas);
        tell({ type: "thought", ...thought });
      },
    }),
    // What stations say while they let go of a cycle that was called off is of no interest.
    onPhase: (note) => {
      if (!signal.aborted) tell({ type: "phase", note, ...aboutOf(note, roster) });
    },
    onProgress: (progress) => {
      if (!signal.aborted) tell({ type: "progress", progress });
    },
    ...(databaseFolder === undefined ? {} : { databaseFolder }),
  });
  const { label, spec } = liveVersion(production.live);
  tell({
    type: "opened",
    seed,
    mails: { train: of, live: corpus.live.length, heldOut: corpus.heldOut.length },
    label,
    nodes: spec.nodes.length,
    databaseFolder: production.databaseFolder,
  });
  return { production, corpus, pace, clock, signal, tell, pause, roster, plans };
}

function aboutOf({ phase, hypothesisId, summary }: PhaseNote, roster: Roster) {
  if (hypothesisId === undefined) return {};
  const idea = phase === "generation" ? roster.ideaOf(summary) : undefined;
  return { about: { number: roster.numberOf(hypothesisId), ...(idea === undefined ? {} : { idea }) } };
}
