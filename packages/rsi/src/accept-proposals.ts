import type { GraphVersion, NodeRegistry } from "@spark/graph";
import { ChangeApplicator, printFault } from "@spark/rsi-deploy";
import type { Experience, ExtractedPattern, HypothesisType } from "@spark/rsi-model";
import { z } from "zod";
import { HypothesisProposal } from "./hypothesis-model.ts";
import { contextOf } from "./patterns/change-context.ts";
import { priorityScore, shouldAvoid } from "./patterns/pattern-priority.ts";
import { changesKey, ruledOut } from "./tried-before.ts";

/** A proposal that was not taken, and every reason. */
export const DroppedProposal = z
  .strictObject({
    /** Position among the proposals, from 0. */
    position: z.int().nonnegative(),
    /** As its author gave it; empty where it could not be read. */
    rationale: z.string(),
    reasons: z.array(z.string()).min(1).readonly(),
  })
  .readonly();
export type DroppedProposal = z.infer<typeof DroppedProposal>;

/** A proposal that may become a hypothesis. */
export interface AcceptedProposal {
  readonly proposal: HypothesisProposal;
  /** What its author promises, weighed by what was learned, 0 to 1. */
  readonly priority: number;
}

/** What proposals are held against. */
export interface AcceptanceTerms {
  readonly baseline: GraphVersion;
  readonly registry: NodeRegistry;
  readonly hypothesisTypes: readonly HypothesisType[];
  readonly patterns: readonly ExtractedPattern[];
  readonly tried: readonly Experience[];
  readonly maxHypotheses: number;
}

/**
 * Reads what a model proposed as what it is, input from outside: each must fit the schema, be of a wanted type,
 * make a sound new version, and be neither ruled out by experience nor the same as another. The best come first.
 *
 * Not every good proposal is taken: no more than `maxHypotheses`, and of several values for one setting the best.
 * The others are not reported as dropped, since nothing is wrong with them. Pure.
 */
export function acceptProposals(
  proposals: readonly unknown[],
  terms: AcceptanceTerms,
): { readonly accepted: readonly AcceptedProposal[]; readonly dropped: readonly DroppedProposal[] } {
  const readings = proposals.map((input, position) => readProposal(input, position));
  const accepted: AcceptedProposal[] = [];
  const dropped = readings.flatMap((reading) => ("dropped" in reading ? [reading.dropped] : []));
  const object = objector(terms);
  const settings = new Set<string>();
  for (const { proposal, position } of byPriority(readings, terms)) {
    if (accepted.length === terms.maxHypotheses) break;
    const touched = settingsOf(proposal.proposal);
    if (touched.some((setting) => settings.has(setting))) continue;
    const reasons = object(proposal.proposal);
    if (reasons.length > 0) {
      dropped.push({ position, rationale: proposal.proposal.rationale, reasons });
      continue;
    }
    accepted.push(proposal);
    for (const setting of touched) settings.add(setting);
  }
  return { accepted, dropped: dropped.sort((a, b) => a.position - b.position) };
}

type Reading =
  | { readonly proposal: HypothesisProposal; readonly position: number }
  | { readonly dropped: DroppedProposal };

function readProposal(input: unknown, position: number): Reading {
  const parsed = HypothesisProposal.safeParse(input);
  if (parsed.success) return { proposal: parsed.data, position };
  const { rationale } = (input ?? {}) as { readonly rationale?: unknown };
  return {
    dropped: {
      position,
      rationale: typeof rationale === "string" ? rationale : "",
      reasons: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "proposal"}: ${message}`),
    },
  };
}

function byPriority(
  readings: readonly Reading[],
  terms: AcceptanceTerms,
): readonly { readonly proposal: AcceptedProposal; readonly position: number }[] {
  return readings
    .flatMap((reading) =>
      "dropped" in reading
        ? []
        : [
            {
              position: reading.position,
              proposal: { proposal: reading.proposal, priority: priorityOf(reading.proposal, terms) },
            },
          ],
    )
    .sort((a, b) => b.proposal.priority - a.proposal.priority || a.position - b.position);
}

/** The single settings a proposal changes: only one value of each is tried at a time. */
function settingsOf({ changes }: HypothesisProposal): readonly string[] {
  return changes.flatMap((change) =>
    change.type === "node_config_update" ? [`${change.targetNodeId} ${change.configPath}`] : [],
  );
}

/** Says every reason against a proposal; none for one that may go on. Remembers the versions it let through. */
function objector(terms: AcceptanceTerms): (proposal: HypothesisProposal) => readonly string[] {
  const ruled = ruledOutChanges(terms);
  const applicator = new ChangeApplicator({ registry: terms.registry });
  const seen = new Set<string>();
  return (proposal) => {
    const known = objections(proposal, terms, ruled);
    if (known.length > 0) return known;
    const applied = applicator.applyHypothesis({ baseline: terms.baseline, hypothesis: proposal });
    if (!applied.ok) return applied.faults.map(printFault);
    const { versionId } = applied.candidate;
    if (versionId === terms.baseline.versionId) return ["the changes make no difference"];
    if (seen.has(versionId)) return ["another proposal leads to the same version"];
    seen.add(versionId);
    return [];
  };
}

function priorityOf(proposal: HypothesisProposal, { patterns }: AcceptanceTerms): number {
  // 0.5 is what patterns say where they know nothing; then the promise stands as it is.
  return Math.min(1, proposal.promise * priorityScore(patterns, contextOf(proposal)) * 2);
}

function objections(
  proposal: HypothesisProposal,
  { hypothesisTypes, patterns }: AcceptanceTerms,
  ruled: ReadonlyMap<string, string>,
): readonly string[] {
  const known = ruled.get(changesKey(proposal.changes));
  return [
    ...(hypothesisTypes.includes(proposal.hypothesisType)
      ? []
      : [`hypothesisType: expected one of ${hypothesisTypes.join(", ")}, got ${proposal.hypothesisType}`]),
    ...(known === undefined ? [] : [known]),
    ...(shouldAvoid(patterns, contextOf(proposal), 0.9)
      ? ["experience says to avoid this kind of change"]
      : []),
  ];
}

function ruledOutChanges({ tried, baseline }: AcceptanceTerms): ReadonlyMap<string, string> {
  return new Map(
    tried.flatMap((experience) => {
      const reason = ruledOut(experience, baseline.versionId);
      return reason === undefined ? [] : [[changesKey(experience.proposal.changes), reason] as const];
    }),
  );
}
