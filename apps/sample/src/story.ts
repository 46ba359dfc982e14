import { type Clock, systemClock } from "@spark/graph";
import { breather } from "./breather.ts";
import type { Pace } from "./chapters.ts";
import { type Corpus, loadCorpus } from "./corpus.ts";
import { liveVersion, servingText } from "./live-version.ts";
import { type Plot, plots } from "./plots.ts";
import { playScene, type Scene } from "./scene.ts";
import type { Check, StoryEvent, StoryFact } from "./story-event.ts";
import { trainModel } from "./train-model.ts";
import { wire } from "./wiring.ts";

export interface StoryOptions {
  /** Seed of the order and the times in which mails arrive. */
  readonly seed: number;
  /** Told everything that happens, while it happens. */
  readonly tell: (event: StoryEvent) => void;
  /** Calls a deployment under way off, puts the baseline back, stops the traffic and closes the database. */
  readonly signal: AbortSignal;
  /** Where experience is kept; a new folder for temporary files where it is left out. */
  readonly databaseFolder?: string;
  readonly clock?: Clock;
  /** What is played. @default plots.changes */
  readonly plot?: Plot;
  /** How fast; as the plot says where it is left out. */
  readonly pace?: Pace;
  /** Called when the story begins: reading takes a second. */
  readonly readCorpus?: () => Corpus;
}

/**
 * Plays the story from start to end and gives the exit code: 0 where everything is as it has to be, 1 where it
 * is not, 130 where the signal aborted. Whatever happens, everything is closed when it ends.
 */
export async function playStory(options: StoryOptions): Promise<number> {
  const { clock = systemClock, signal, plot = plots.changes } = options;
  const startedAt = clock.now();
  const tell = (fact: StoryFact): void => options.tell({ ...fact, at: clock.now() });
  let scene: Scene | undefined;
  let checks: readonly Check[] = [];
  try {
    scene = await setScene({ ...options, clock, plot }, tell);
    checks = await playScene(scene);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await scene?.production.close();
  }
  if (signal.aborted) {
    const serving = scene && { live: servingText(scene.production.live) };
    tell({ type: "interrupted", reason: String(signal.reason), ...serving });
  }
  const exitCode = signal.aborted ? 130 : checks.every(({ ok }) => ok) ? 0 : 1;
  const seconds = (clock.now() - startedAt) / 1000;
  tell({ type: "ended", checks, seconds, exitCode, ...(exitCode === 0 ? { next: plot.next } : {}) });
  return exitCode;
}

/** Reads the corpus, trains the model, and puts everything into production. No mail is sent yet. */
async function setScene(
  options: StoryOptions & { readonly clock: Clock; readonly plot: Plot },
  tell: (fact: StoryFact) => void,
): Promise<Scene> {
  const { clock, signal, seed, databaseFolder, plot, pace = plot.pace, readCorpus = loadCorpus } = options;
  const pause = breather(clock, signal);
  tell({ type: "loading_corpus", title: plot.title });
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
  const production = await wire({
    model,
    seed,
    clock,
    deployments: pace.deployments,
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
  return { corpus, production, plot, pace, clock, signal, tell, pause };
}
