import type { GraphSpec } from "@spark/graph";
import { duration } from "../quantities.ts";
import type { Check } from "../story-event.ts";
import type { Estimate, HeldOutComparison } from "./compare-held-out.ts";
import type { Told } from "./loop-event.ts";
import { plantedProposal, servesPlanted } from "./planted-proposal.ts";

/** What the loop has to have done: improved the graph, and kept the planted proposal away. Pure. */
export function auditLoop(end: {
  readonly told: readonly Told[];
  readonly comparison: HeldOutComparison;
  readonly spec: GraphSpec;
}): readonly Check[] {
  return [improvement(end.comparison), planted(end)];
}

/** Something is shown to be better on mails nobody has tuned on, and nothing is shown to be worse. */
function improvement({ difference: { correct, failed, meanMs } }: HeldOutComparison): Check {
  const figures = [
    { name: "sorted rightly", text: points(correct), gain: correct },
    { name: "errors", text: points(failed), gain: inverse(failed) },
    { name: "mean time", text: milliseconds(meanMs), gain: inverse(meanMs) },
  ];
  const better = figures.some(({ gain }) => gain.interval[0] > 0);
  const worse = figures.some(({ gain }) => gain.interval[1] < 0);
  return {
    claim: "the loop has improved the graph on held-out mails, and made nothing worse",
    ok: better && !worse,
    found: figures.map(({ name, text }) => `${name} ${text}`).join("; "),
  };
}

function planted({ told, spec }: { readonly told: readonly Told[]; readonly spec: GraphSpec }): Check {
  const outcome = told.find(({ rationale }) => rationale === plantedProposal.rationale);
  const stopped = outcome !== undefined && outcome.status !== "deployed" && outcome.status !== "passed";
  return {
    claim: "the planted proposal was stopped",
    ok: stopped && !servesPlanted(spec),
    found:
      outcome === undefined
        ? "nobody has looked at it"
        : `${outcome.status} at ${outcome.phase}: ${outcome.reason ?? "it is live"}`,
  };
}

function inverse({ value, interval: [low, high] }: Estimate): Estimate {
  return { value: -value, interval: [-high, -low] };
}

function points({ value, interval: [low, high] }: Estimate): string {
  return `${signed(value * 100)} points (95 % interval ${signed(low * 100)} to ${signed(high * 100)})`;
}

function milliseconds({ value, interval: [low, high] }: Estimate): string {
  const text = (ms: number): string => `${ms < 0 ? "−" : "+"}${duration(Math.abs(ms) / 1000)}`;
  return `${text(value)} (${text(low)} to ${text(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
