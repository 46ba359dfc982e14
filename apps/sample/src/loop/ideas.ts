import { type HypothesisModel, type HypothesisProposalInput, ruledOut } from "@spark/rsi";
import type { Change, DiagnosticReport } from "@spark/rsi-model";
import type { CyclePlan } from "./cycle-plan.ts";
import type { Plant } from "./plants.ts";

/** An idea, and the rule that had it. */
export interface Idea {
  readonly rule: string;
  readonly rationale: string;
  readonly changes: readonly Change[];
}

/** What was thought about in one cycle, and what came of it. */
export interface Thought {
  readonly report: DiagnosticReport;
  /** What earlier cycles recommend. */
  readonly patterns: readonly string[];
  /** Why changes that were tried must not be proposed again. */
  readonly ruledOut: readonly string[];
  /** Every proposal, before anybody has looked at it. */
  readonly ideas: readonly Idea[];
}

/** The ideas of the rules and what is planted among them; tells of each time it is asked. */
export function plantedModel(options: {
  readonly rules: HypothesisModel;
  /** The cycles so far, the one under way last. */
  readonly plans: () => readonly CyclePlan[];
  readonly tell: (thought: Thought) => void;
}): HypothesisModel {
  const { rules, plans, tell } = options;
  return {
    name: rules.name,
    propose: async (request) => {
      const { report, patterns, tried, baseline } = request;
      const planted = plans().flatMap(({ plants }) => plants);
      const own = plans().at(-1)?.thinTest === undefined ? await rules.propose(request) : [];
      const proposals = [...planted.map(({ proposal }: Plant) => proposal), ...own];
      tell({
        report,
        patterns: patterns.map(({ recommendation }) => recommendation),
        ruledOut: tried.flatMap((experience) => ruledOut(experience, baseline.versionId) ?? []),
        ideas: proposals.map((proposal) => ideaOf(proposal as HypothesisProposalInput)),
      });
      return proposals;
    },
  };
}

function ideaOf({ evidence, rationale, changes }: HypothesisProposalInput): Idea {
  const { rule } = (evidence ?? {}) as { readonly rule?: unknown };
  return {
    rule: typeof rule === "string" ? rule : "unknown",
    rationale,
    changes: changes as readonly Change[],
  };
}
