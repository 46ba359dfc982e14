import type { StoreChange } from "@spark/experience-db";
import { ruledOut } from "@spark/rsi";
import type { Change, Experience } from "@spark/rsi-model";

/** Remembers which changes have failed, and for which version which ended without an answer. */
export class TriedChanges {
  /** Why, by the changes; by changes and version where it is no reason for another version. */
  readonly #ruledOut = new Map<string, string>();
  readonly #known = new Set<string>();

  /** Says so where what has failed is tried again. */
  note(change: StoreChange): readonly string[] {
    if (change.type !== "hypothesis_stored") return [];
    const { hypothesisId, changes, graphVersionBaseline, rationale } = change.hypothesis;
    // The controller stores what it deploys once more.
    if (this.#known.has(hypothesisId)) return [];
    this.#known.add(hypothesisId);
    const reason =
      this.#ruledOut.get(keyOf(changes)) ?? this.#ruledOut.get(keyOf(changes, graphVersionBaseline));
    return reason === undefined ? [] : [`${hypothesisId} (${rationale}) was tried again: ${reason}`];
  }

  /** Takes in how hypotheses have ended. */
  learn(experiences: readonly Experience[]): void {
    for (const experience of experiences) {
      const { hypothesisId, proposal, graphVersionBaseline } = experience;
      this.#known.add(hypothesisId);
      const anywhere = ruledOut(experience, "another version");
      const here = ruledOut(experience, graphVersionBaseline);
      if (anywhere !== undefined) this.#ruledOut.set(keyOf(proposal.changes), anywhere);
      else if (here !== undefined) this.#ruledOut.set(keyOf(proposal.changes, graphVersionBaseline), here);
    }
  }
}

function keyOf(changes: readonly Change[], version = "any"): string {
  const settings = changes.map((change) =>
    change.type === "node_config_update"
      ? [change.targetNodeId, change.configPath, change.newValue]
      : [change],
  );
  return JSON.stringify([version, settings]);
}
