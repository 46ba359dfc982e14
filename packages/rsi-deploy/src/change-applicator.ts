import {
  type GraphSpec,
  type GraphSpecInput,
  type GraphVersion,
  graphVersion,
  SparkError,
} from "@spark/graph";
import type { ImprovementHypothesisInput } from "@spark/rsi-model";
import { candidateFaults, type ConfigValidator } from "./candidate-soundness.ts";
import { type ChangeFault, type LocatedRefusal, printFault } from "./change-fault.ts";
import { applyChange } from "./change-handlers.ts";
import { sharePositions } from "./element-positions.ts";
import { type ReadChange, readChanges } from "./hypothesis-changes.ts";
import { diffSpecs, isEmptyDiff, type SpecDiff } from "./spec-diff.ts";
import { SpecDraft } from "./spec-draft.ts";

/** The new version and what is different in it, or everything that keeps it from being made. */
export type Applied =
  | { readonly ok: true; readonly candidate: GraphVersion; readonly diff: SpecDiff }
  | { readonly ok: false; readonly faults: readonly ChangeFault[] };

/** As much of a hypothesis as is needed to apply it. */
export type Changes = Pick<ImprovementHypothesisInput, "changes">;

/**
 * Makes a new version of a graph by the changes of a hypothesis: all of them, in their order, or none.
 *
 * The baseline is neither changed nor frozen. Where it is a {@link GraphVersion} (or a spec that is deeply
 * frozen already), every node and edge that no change touched is the same object in the result, and the cost
 * follows the changes instead of the graph: see `diffSpecs` for what remains. A plain spec is copied first.
 *
 * @example
 * const applied = new ChangeApplicator({ registry }).applyHypothesis({ baseline: version, hypothesis });
 * if (applied.ok) console.log(printDiff(applied.diff).join("\n"));
 */
export class ChangeApplicator {
  readonly #registry: ConfigValidator | undefined;

  /** With a `registry`, the configs of all written nodes are checked against their types. */
  constructor({ registry }: { readonly registry?: ConfigValidator } = {}) {
    this.#registry = registry;
  }

  /**
   * The spec after all changes, deeply frozen.
   *
   * Rejects with `invalid_input`, listing every fault (as data in `details.faults`), and with `invalid_spec`
   * where the baseline itself is not sound.
   */
  async applyChanges(task: { baselineSpec: GraphSpecInput; hypothesis: Changes }): Promise<GraphSpec> {
    const applied = this.applyHypothesis({ baseline: task.baselineSpec, hypothesis: task.hypothesis });
    if (applied.ok) return applied.candidate.spec;
    const { faults } = applied;
    const lines = faults.map((fault) => `\n- ${printFault(fault)}`).join("");
    throw new SparkError("invalid_input", `The changes cannot be applied; nothing was changed.${lines}`, {
      details: { faults },
    });
  }

  /**
   * The version after all changes and its difference from the baseline, or all faults. Changes that make no
   * difference give the baseline itself. Throws `invalid_spec` where the baseline is not sound.
   */
  applyHypothesis(task: { baseline: GraphVersion | GraphSpecInput; hypothesis: Changes }): Applied {
    const baseline = soundVersion(task.baseline);
    const draft = new SpecDraft(baseline.spec);
    const changes = readChanges(task.hypothesis);
    const refused = makeChanges(draft, changes);
    const spec = draft.toSpec();
    const refusals = refused.length > 0 ? refused : candidateFaults(draft, spec, this.#registry);
    if (refusals.length > 0)
      return { ok: false, faults: refusals.map((refusal) => withType(refusal, changes)) };
    return { ok: true, ...derive(baseline, spec, draft) };
  }
}

/** A version is what it says it is only if its spec was made one here; what comes from a store, say, is not. */
function soundVersion(baseline: GraphVersion | GraphSpecInput): GraphVersion {
  if (!("versionId" in baseline)) return graphVersion(baseline);
  const version = graphVersion(baseline.spec, { label: baseline.label });
  return version.spec === baseline.spec ? baseline : version;
}

/** Makes every change that can be made, to find all that cannot. */
function makeChanges(draft: SpecDraft, changes: readonly ReadChange[]): readonly LocatedRefusal[] {
  return changes.flatMap(({ reading }, changeIndex) => {
    draft.changeIndex = changeIndex;
    const refusals = reading.ok ? applyChange(draft, reading.change) : reading.refusals;
    return refusals.map((refusal) => ({ ...refusal, changeIndex }));
  });
}

function withType(refusal: LocatedRefusal, changes: readonly ReadChange[]): ChangeFault {
  return { ...refusal, changeType: (changes[refusal.changeIndex] as ReadChange).changeType };
}

function derive(
  baseline: GraphVersion,
  spec: GraphSpec,
  draft: SpecDraft,
): { readonly candidate: GraphVersion; readonly diff: SpecDiff } {
  const version = spec === baseline.spec ? baseline : graphVersion(spec, { parent: baseline });
  if (draft.nodes.inPlace) sharePositions(baseline.spec.nodes, version.spec.nodes);
  if (draft.edges.inPlace) sharePositions(baseline.spec.edges, version.spec.edges);
  const diff = diffSpecs(baseline.spec, version.spec);
  return { candidate: isEmptyDiff(diff) ? baseline : version, diff };
}
