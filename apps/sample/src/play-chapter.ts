import { type GraphVersion, SparkError } from "@spark/graph";
import { ChangeApplicator, printFault } from "@spark/rsi-deploy";
import type { ImprovementHypothesisInput, TestResult } from "@spark/rsi-model";
import type { Played } from "./audit.ts";
import type { Chapter } from "./chapters.ts";
import { liveVersion } from "./live-version.ts";
import { rehearse } from "./rehearse.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { Scene } from "./scene.ts";

/** Proposes, tests, deploys; after a rollback it waits a while and looks who has served since. */
export async function playChapter(
  scene: Scene,
  ledger: RunLedger,
  { chapter, number, of }: { readonly chapter: Chapter; readonly number: number; readonly of: number },
): Promise<Played> {
  const { production, clock, pace, signal, tell } = scene;
  const { live } = production;
  const { title, strategy, note, attend } = chapter;
  const baseline = liveVersion(live);
  const hypothesis = chapter.propose(baseline.label);
  tell({ type: "chapter", number, of, title, strategy, hypothesis, ...(note === undefined ? {} : { note }) });

  const testResult = await test(scene, { chapter, baseline, hypothesis });
  tell({ type: "tested", result: testResult });

  const controller = production.controllerFor(strategy);
  const watching = controller.progress$.subscribe((progress) => tell({ type: "progress", progress }));
  const request = { hypothesis, testResult, baselineSpec: baseline.spec };
  const [result] = await Promise.all([
    controller.run(request, { signal }),
    attend?.({ controller, heard: (command) => tell({ type: "asked", ...command }) }),
  ]);
  watching.unsubscribe();
  tell({ type: "deployed", result, live: liveVersion(live).label });

  const played: Played = {
    chapter,
    hypothesisId: hypothesis.hypothesisId,
    versionId: result.versionId ?? "",
    result,
  };
  if (!result.rolledBack) return played;
  const takenBackAt = live.revision;
  await clock.sleep(pace.aftermathSeconds * 1000, signal);
  const since = ledger.servedSince(takenBackAt, played.versionId);
  tell({
    type: "taken_back",
    candidate: result.newVersion ?? "",
    live: liveVersion(live).label,
    runsSince: since.runs,
    onCandidateSince: since.byVersion,
  });
  return { ...played, takenBackAt, since };
}

/** The test before the deployment, beside production and while production goes on. */
async function test(
  { production, corpus, clock, pause }: Scene,
  about: {
    readonly chapter: Chapter;
    readonly baseline: GraphVersion;
    readonly hypothesis: ImprovementHypothesisInput;
  },
): Promise<TestResult> {
  const { chapter, baseline, hypothesis } = about;
  const { mails, criteria, caveat } = chapter.rehearsal;
  const { registry, trialOf } = production;
  const applied = new ChangeApplicator({ registry }).applyHypothesis({ baseline, hypothesis });
  if (!applied.ok) throw new SparkError("invalid_input", applied.faults.map(printFault).join("; "));
  return rehearse({
    hypothesis,
    testedVersionId: applied.candidate.versionId,
    baseline: trialOf(baseline),
    candidate: trialOf(applied.candidate),
    mails: mails(corpus.live),
    criteria,
    ...(caveat === undefined ? {} : { caveat }),
    testId: `test-of-${hypothesis.hypothesisId}`,
    clock,
    pause,
  });
}
