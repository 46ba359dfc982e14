import type { Sign, SignName } from "./sign.ts";

/** A node with the signs it shows. */
export interface Suspect {
  readonly nodeId: string;
  /** True where the hypothesis changed this very node. */
  readonly changed: boolean;
  readonly signs: readonly Sign[];
}

/** The part of the budget that is laid on a sign of a suspect. */
export type Budget = (suspect: Suspect, sign: Sign) => number;

/**
 * Divides a budget of 1 over all signs of all suspects: evenly over the kinds of signs that occur, of each half
 * to the changed nodes (all, where no others show it), and then by how often each shows it in both versions
 * together. So the node that nearly all failures are in hardly pays for there being other nodes.
 *
 * Looks at both versions together only: that is why evidence weighted by it stays evidence.
 */
export function budgetOver(suspects: readonly Suspect[]): Budget {
  const totals = new Map<SignName, { changed: number; others: number }>();
  for (const { changed, signs } of suspects) {
    for (const { name, hits } of signs) {
      let total = totals.get(name);
      if (total === undefined) totals.set(name, (total = { changed: 0, others: 0 }));
      total[changed ? "changed" : "others"] += hits;
    }
  }
  return ({ changed }, { name, hits }) => {
    const total = totals.get(name) ?? { changed: 0, others: 0 };
    const groups = Number(total.changed > 0) + Number(total.others > 0);
    return hits / total[changed ? "changed" : "others"] / groups / totals.size;
  };
}
