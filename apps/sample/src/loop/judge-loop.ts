import { graphVersion } from "@spark/graph";
import type { Experience } from "@spark/rsi-model";
import { liveVersion } from "../live-version.ts";
import type { Check } from "../story-event.ts";
import { auditLoop } from "./audit-loop.ts";
import { compareHeldOut } from "./compare-held-out.ts";
import type { Lesson, Told } from "./loop-event.ts";
import { loopGraph } from "./loop-graph.ts";
import type { LoopStage, Roster } from "./loop-stage.ts";

/**
 * Compares the graph as it first went live with what is live now, on mails nobody has tuned on, and lists what is
 * remembered.
 */
export async function judgeLoop(
  { production, corpus, clock, tell, pause, plans, roster }: LoopStage,
  told: readonly Told[],
): Promise<readonly Check[]> {
  const first = graphVersion(loopGraph);
  const last = liveVersion(production.live);
  const labels = [first.label, last.label] as const;
  const of = corpus.heldOut.length;
  const experiences = await production.database.queryHypotheses({ graphId: loopGraph.id, limit: 1000 });
  const lessons = experiences.toReversed().map((experience) => lessonOf(experience, roster));
  tell({ type: "remembered", folder: production.databaseFolder, experiences: lessons });
  tell({ type: "comparing", mails: of, before: labels[0], after: labels[1] });
  const comparison = await compareHeldOut({
    before: production.trialOf(first),
    after: production.trialOf(last),
    mails: corpus.heldOut,
    clock,
    pause: async (done) => {
      if (done % 50 === 0) tell({ type: "measuring", done, of });
      await pause();
    },
  });
  tell({ type: "measuring", done: of, of });
  tell({ type: "compared", labels, comparison });
  return auditLoop({
    told,
    comparison,
    spec: last.spec,
    plants: plans.flatMap(({ plants }) => plants),
    lessons,
  });
}

function lessonOf({ hypothesisId, status, outcome, lessons, proposal }: Experience, roster: Roster): Lesson {
  const number = roster.knownNumberOf(hypothesisId);
  const isLate = status === "rejected" && outcome?.extra?.["phase"] === "deployment";
  return {
    hypothesisId,
    status,
    lessons,
    changes: proposal.changes,
    ...(isLate ? { isLate } : {}),
    ...(number === undefined ? {} : { number }),
  };
}
