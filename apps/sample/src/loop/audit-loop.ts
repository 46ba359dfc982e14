import type { GraphSpec } from "@spark/graph";
import type { Check } from "../story-event.ts";
import type { Estimate, HeldOutComparison } from "./compare-held-out.ts";
import type { Lesson, Told } from "./loop-event.ts";
import { type Plant, serves } from "./plants.ts";
import { inPoints, inTime } from "./show-comparison.ts";

/** What is held against the claims. */
export interface LoopEnd {
  /** Every hypothesis the loop has looked at, once for each cycle it was in. */
  readonly told: readonly Told[];
  readonly comparison: HeldOutComparison;
  /** What is live. */
  readonly spec: GraphSpec;
  readonly plants: readonly Plant[];
  /** What the database says of each. */
  readonly lessons: readonly Lesson[];
}

/**
 * What the loop has to have done: improved the graph, kept away what was planted, each at its place, and remembered
 * how everything ended. Pure.
 */
export function auditLoop(end: LoopEnd): readonly Check[] {
  return [improvement(end.comparison), ...end.plants.map((plant) => stopped(plant, end)), remembered(end)];
}

/** Something is shown to be better on mails nobody has tuned on, and nothing is shown to be worse. */
function improvement({ difference: { correct, failed, meanMs } }: HeldOutComparison): Check {
  const figures = [
    { name: "sorted rightly", text: inPoints(correct), gain: correct },
    { name: "errors", text: inPoints(failed), gain: inverse(failed) },
    { name: "mean time", text: inTime(meanMs), gain: inverse(meanMs) },
  ];
  const better = figures.some(({ gain }) => gain.interval[0] > 0);
  const worse = figures.some(({ gain }) => gain.interval[1] < 0);
  return {
    claim: "the loop has improved the graph on held-out mails, and made nothing worse",
    ok: better && !worse,
    found: figures.map(({ name, text }) => `${name} ${text}`).join("; "),
  };
}

const places = {
  validator: { phase: "validation", status: "stopped", reason: /./ },
  tester: { phase: "testing", status: "stopped", reason: /./ },
  rollback: { phase: "deployment", status: "not_deployed", reason: /^rolled_back/ },
} as const satisfies Record<Plant["stoppedBy"], Pick<Told, "phase" | "status"> & { readonly reason: RegExp }>;

function stopped(plant: Plant, { told, spec, lessons }: LoopEnd): Check {
  const { title, stoppedBy, proposal } = plant;
  const claim = `the planted proposal ${title} was stopped by the ${stoppedBy}`;
  const outcome = told.find(({ rationale }) => rationale === proposal.rationale);
  if (outcome === undefined) return stoppedBefore({ claim, plant, lessons });
  const place = places[stoppedBy];
  return {
    claim,
    ok:
      outcome.phase === place.phase &&
      outcome.status === place.status &&
      place.reason.test(outcome.reason ?? "") &&
      !serves(spec, plant),
    found: `#${outcome.number} ${outcome.status} at ${outcome.phase}: ${outcome.reason ?? "it is live"}`,
  };
}

const statuses = { validator: "rejected", tester: "test_failed", rollback: "rolled_back" } as const;

/** A database that was kept knows it from an earlier run, and nobody needs to look at it again. */
function stoppedBefore({
  claim,
  plant: { proposal, stoppedBy },
  lessons,
}: Pick<Check, "claim"> & Pick<LoopEnd, "lessons"> & { readonly plant: Plant }): Check {
  const changes = JSON.stringify(proposal.changes);
  const known = lessons.find((lesson) => JSON.stringify(lesson.changes) === changes);
  return {
    claim,
    ok: known?.status === statuses[stoppedBy],
    found: known === undefined ? "nobody has looked at it" : `${known.status} in an earlier run`,
  };
}

/** Endings are told apart by their status; a hypothesis that is still under way has none. */
const unended = new Set(["proposed", "test_pending", "test_running"]);

function remembered({ told, lessons }: LoopEnd): Check {
  const known = new Set(lessons.map(({ hypothesisId }) => hypothesisId));
  const forgotten = told.filter(({ hypothesisId }) => !known.has(hypothesisId)).length;
  const open = lessons.filter((lesson) => unended.has(lesson.status) || lesson.lessons.length === 0).length;
  return {
    claim: "every hypothesis is in the database with its ending and what it taught",
    ok: lessons.length > 0 && forgotten === 0 && open === 0,
    found: `${lessons.length} are there, ${forgotten} are not, ${open} are without an ending or a lesson`,
  };
}

function inverse({ value, interval: [low, high] }: Estimate): Estimate {
  return { value: -value, interval: [-high, -low] };
}
