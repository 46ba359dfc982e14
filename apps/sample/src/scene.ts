import type { Clock } from "@spark/graph";
import { measureTriage } from "./accuracy.ts";
import { auditDeployments, auditTraffic, type Played } from "./audit.ts";
import type { Pace } from "./chapters.ts";
import type { Corpus } from "./corpus.ts";
import { liveVersion } from "./live-version.ts";
import { playChapter } from "./play-chapter.ts";
import type { Plot } from "./plots.ts";
import { type ProductionTraffic, startTraffic } from "./production-traffic.ts";
import type { Check, Remembered, StoryFact } from "./story-event.ts";
import type { Production } from "./wiring.ts";

/** What every part of the story has at hand. */
export interface Scene {
  readonly corpus: Corpus;
  readonly production: Production;
  readonly plot: Omit<Plot, "pace">;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (fact: StoryFact) => void;
  /** Awaited between pieces of work that would keep everything else waiting. */
  readonly pause: () => Promise<void>;
}

/**
 * Everything between opening and closing: accuracy, traffic, the chapters, accuracy again, what the disk
 * remembers. Gives the checks; those of the traffic also where the signal ended it before its time.
 */
export async function playScene(scene: Scene): Promise<readonly Check[]> {
  const { production, plot, signal } = scene;
  await measureAccuracy(scene, "before");
  const traffic = startTraffic({ ...scene, traffic: plot.traffic });
  let played: readonly Played[] | undefined;
  try {
    played = await playChapters(scene, traffic);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await traffic.stop();
  }
  const delivered = Object.values(production.mailbox.counts).reduce((sum, count) => sum + count, 0);
  const counted = auditTraffic(await traffic.stop(), traffic.ledger.totals, delivered);
  if (played === undefined) return counted;
  await measureAccuracy(scene, "after");
  return [...counted, ...auditDeployments(played, await readBack(scene, played), scene.plot.claim)];
}

/** One deployment after the other, while the traffic goes on. */
async function playChapters(scene: Scene, { ledger }: ProductionTraffic): Promise<readonly Played[]> {
  const { clock, pace, signal } = scene;
  const { chapters } = scene.plot;
  await clock.sleep(pace.warmUpSeconds * 1000, signal);
  const played: Played[] = [];
  for (const [index, chapter] of chapters.entries()) {
    played.push(await playChapter(scene, ledger, { chapter, number: index + 1, of: chapters.length }));
    signal.throwIfAborted();
  }
  // Counted again at the end: whatever a rollback has taken back has to stay away.
  return played.map((one) => ({
    ...one,
    served: ledger.servedSince(0, one.versionId).byVersion,
    ...(one.takenBackAt === undefined ? {} : { since: ledger.servedSince(one.takenBackAt, one.versionId) }),
  }));
}

/** Triages mails that neither the model nor the traffic has seen, on the version that serves. */
async function measureAccuracy(scene: Scene, when: "before" | "after"): Promise<void> {
  const { production, corpus, clock, tell, pause } = scene;
  const version = liveVersion(production.live);
  const of = corpus.heldOut.length;
  const triage = await measureTriage({
    target: production.trialOf(version),
    mails: corpus.heldOut,
    clock,
    pause: async (done) => {
      if (done % 100 === 0) tell({ type: "measuring", done, of });
      await pause();
    },
  });
  tell({ type: "measured", when, label: version.label, triage });
}

/** Closes the database, opens it again, and asks it what happened. */
async function readBack(
  { production, tell }: Scene,
  played: readonly Played[],
): Promise<readonly Remembered[]> {
  const { database, changes } = await production.reopen();
  const experiences: Remembered[] = [];
  for (const { hypothesisId } of played) {
    const { status, outcome, lessons } = await database.readExperience(hypothesisId);
    const reason = outcome?.rollbackReason;
    experiences.push({ hypothesisId, status, lessons, ...(reason === undefined ? {} : { reason }) });
  }
  tell({ type: "remembered", folder: production.databaseFolder, changes, experiences });
  return experiences;
}
