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
    { name: "sorted rightly", text: `${inPoints(correct)} points`, gain: correct },
    { name: "errors", text: `${inPoints(failed)} points`, gain: inverse(failed) },
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

function stopped(plant: Plant, { told, spec }: LoopEnd): Check {
  const { title, stoppedBy, proposal } = plant;
  const place = places[stoppedBy];
  const outcome = told.find(({ rationale }) => rationale === proposal.rationale);
  const ok =
    outcome?.phase === place.phase &&
    outcome.status === place.status &&
    place.reason.test(outcome.reason ?? "") &&
    !serves(spec, plant);
  return {
    claim: `the planted proposal ${title} was stopped by the ${stoppedBy}`,
    ok,
    found:
      outcome === undefined
        ? "nobody has looked at it"
        : `#${outcome.number} ${outcome.status} at ${outcome.phase}: ${outcome.reason ?? "it is live"}`,
  };
}

/** Endings are told apart by their status; a hypothesis that is still under way has none. */
const unended = new Set(["proposed", "test_pending", "test_running"]);

function remembered({ told, lessons }: LoopEnd): Check {
  const ids = new Set(told.map(({ hypothesisId }) => hypothesisId));
  const known = lessons.filter(({ hypothesisId }) => ids.has(hypothesisId));
  const open = known.filter(({ status, lessons }) => unended.has(status) || lessons.length === 0);
  return {
    claim: "every hypothesis is in the database with its ending and what it taught",
    ok: known.length === ids.size && ids.size > 0 && open.length === 0,
    found: `${known.length} of ${ids.size} are remembered, ${open.length} of them without an ending or a lesson`,
  };
}

function inverse({ value, interval: [low, high] }: Estimate): Estimate {
  return { value: -value, interval: [-high, -low] };
}
