import { averageEvidence, eBenjaminiHochberg, requiredLogEvidence } from "@spark/evidence";
import { type RunRecord, SparkError } from "@spark/graph";
import type { Blame } from "../verdict.ts";
import { type Budget, budgetOver, type Suspect } from "./budget.ts";
import { type Conduct, conductOf, type Unit } from "./node-conduct.ts";
import { type Sides, signsOf } from "./sign.ts";

/** The runs of both versions, and what the hypothesis changed. */
export interface BlameOptions {
  /** Runs of the baseline, as near in time to the candidate's as there are; in any order. */
  readonly baseline: readonly RunRecord[];
  readonly candidate: readonly RunRecord[];
  readonly changedNodes: ReadonlySet<string>;
  /** Of comparisons without a change, the part that may blame somebody; above 0 and below 1. @default 0.05 */
  readonly falseBlame?: number;
}

/** How many runs a person gets to look at. */
const exampleRuns = 3;

/**
 * Names the nodes that do worse in the candidate than in the baseline: those the hypothesis changed first, then
 * by evidence.
 *
 * A node is judged by what is its own: failures that ended a run in it or were left by an error edge, retries,
 * and its own time, never that of the nodes after it. What another node's failure cut short is left out. A node
 * the baseline never ran is judged by its failures and retries in all runs. What is found is where it hurts, not
 * why: a node that gets longer prompts from a changed one before it is slower itself, and a provider's outage
 * hurts whoever calls it.
 *
 * The evidence of a node's signs is averaged by their budgets, and e-BH (Wang and Ramdas 2022) picks the nodes.
 * So without a change at most `falseBlame` of comparisons blame anyone, whatever the distributions and however
 * the nodes depend on each other. That is for a number of runs the node in question did not decide, as where
 * another one made the breach; asked ten times in 400 runs, 1.3 % of 150 simulated graphs blamed anyone. Where the
 * baseline ran before the candidate, a drift between them counts against the candidate.
 *
 * In graphs of 10 to 50 nodes with log-normal times (sigma .3 to 1), 300 runs of each version show which node's
 * time doubled in 9 of 10 cases, 600 in all; 600 show which node's error rate rose from below 1 % by 5 points in
 * 19 of 20, 1,000 in all. On fewer runs nobody is blamed rather than the wrong one. About 2 µs for each node
 * execution.
 *
 * @throws SparkError `invalid_input` for a `falseBlame` outside (0, 1).
 */
export function blameNodes(options: BlameOptions): readonly Blame[] {
  const { changedNodes, falseBlame = 0.05 } = options;
  requireProbability(falseBlame);
  const conduct = { baseline: conductOf(options.baseline), candidate: conductOf(options.candidate) };
  const suspects = [...conduct.candidate.nodes.keys()]
    .map((nodeId) => ({
      nodeId,
      changed: changedNodes.has(nodeId),
      signs: signsOf(unitsAt(nodeId, conduct)),
    }))
    .filter(({ signs }) => signs.length > 0);
  const budget = budgetOver(suspects);
  const weighed = suspects.map((suspect) => weigh(suspect, budget));
  // e-BH wants weights with mean 1; the budget's sum is 1.
  const logEvidence = weighed.map((each) => each.logEvidence + Math.log(weighed.length));
  return eBenjaminiHochberg(logEvidence, falseBlame)
    .flatMap((index) => weighed[index] ?? [])
    .sort((a, b) => Number(b.changed) - Number(a.changed) || b.logEvidence - a.logEvidence)
    .map((each) => blame(each, { isNew: !conduct.baseline.nodes.has(each.nodeId), falseBlame }));
}

/** The units that came to a node; for a node the baseline never ran, all units. */
function unitsAt(nodeId: string, { baseline, candidate }: Sides<Conduct>): Sides<readonly Unit[]> {
  const before = baseline.nodes.get(nodeId);
  const now = candidate.nodes.get(nodeId) ?? [];
  if (before !== undefined) return { baseline: before, candidate: now };
  const came = new Set(now.map(({ id }) => id));
  return {
    baseline: baseline.idle,
    candidate: [...now, ...candidate.idle.filter(({ id }) => !came.has(id))],
  };
}

interface WeighedSuspect extends Suspect {
  /** Of all its signs, by their budgets. */
  readonly logEvidence: number;
}

function weigh(suspect: Suspect, budget: Budget): WeighedSuspect {
  const budgets = suspect.signs.map((sign) => budget(suspect, sign));
  const total = budgets.reduce((sum, each) => sum + each, 0);
  const parts = suspect.signs.map(({ logEvidence }, index) => {
    return { logEvidence, weight: (budgets[index] ?? 0) / total };
  });
  return { ...suspect, logEvidence: averageEvidence(parts).logEvidence + Math.log(total) };
}

function blame(
  { nodeId, changed, logEvidence, signs }: WeighedSuspect,
  { isNew, falseBlame }: { readonly isNew: boolean; readonly falseBlame: number },
): Blame {
  const ranked = signs.toSorted((a, b) => b.logEvidence - a.logEvidence);
  const convincing = ranked.filter(
    (sign, rank) => rank === 0 || sign.logEvidence >= requiredLogEvidence(falseBlame),
  );
  const because = convincing.map(({ clause }) => clause()).join("; ");
  return {
    nodeId,
    changed,
    because: isNew ? `${because}; the baseline never ran it` : because,
    logEvidence,
    exampleRunIds: ranked[0]?.runIds().slice(0, exampleRuns) ?? [],
  };
}

function requireProbability(falseBlame: number): void {
  if (falseBlame > 0 && falseBlame < 1) return;
  throw new SparkError(
    "invalid_input",
    `blameNodes: expected falseBlame to be a probability above 0 and below 1, got ${falseBlame}. ` +
      "Use 0.05 to blame somebody in at most one of twenty comparisons without a change.",
    { details: { falseBlame } },
  );
}
