import type { RunRecord } from "@spark/graph";
import type { CycleResult } from "@spark/rsi";
import { firstValueFrom, fromEvent, type Observable, skip, takeUntil } from "rxjs";
import { liveVersion } from "../live-version.ts";
import { startTraffic } from "../production-traffic.ts";
import type { Told } from "./loop-event.ts";
import type { LoopStage } from "./loop-stage.ts";

/** Cycle after cycle, while mails come in; gives every hypothesis the loop has looked at. */
export async function improve(stage: LoopStage): Promise<readonly Told[]> {
  const { production, pace, signal, tell, plans } = stage;
  const traffic = startTraffic({ ...stage, traffic: { mails: (live) => live } });
  const told: Told[] = [];
  try {
    for (const [at, plan] of pace.cycles.entries()) {
      const { caveat } = plan.thinTest ?? {};
      tell({
        type: "cycle",
        number: at + 1,
        of: pace.cycles.length,
        label: liveVersion(production.live).label,
        ...(caveat === undefined ? {} : { caveat }),
      });
      await someRuns(production.live.runs$, pace.runsToAnalyze, signal);
      plans.push(plan);
      told.push(...(await tellCycle(stage, await production.loop.run({ signal }))));
    }
  } finally {
    await traffic.stop();
  }
  return told;
}

/** Resolves when so many runs have ended; rejects with the signal's reason. */
async function someRuns(runs$: Observable<RunRecord>, count: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const enough$ = runs$.pipe(skip(count - 1), takeUntil(fromEvent(signal, "abort")));
  await firstValueFrom(enough$, { defaultValue: undefined });
  signal.throwIfAborted();
}

async function tellCycle(
  { production, tell, roster }: LoopStage,
  { hypotheses, learned, stoppedAt, reason }: CycleResult,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const hypothesis of hypotheses) {
    const { proposal, testResult } = await production.database.readExperience(hypothesis.hypothesisId);
    told.push({
      ...hypothesis,
      number: roster.numberOf(hypothesis.hypothesisId),
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
