import type { GraphSpec, NodeRegistry } from "@spark/graph";
import type { ChangeFault, SpecDiff } from "@spark/rsi-deploy";
import type { ImprovementHypothesis } from "@spark/rsi-model";
import type { ValidatorConfig } from "./validator-config.ts";

/** What the rules look at: the hypothesis, and what its changes make of the graph. */
export interface ValidationSubject {
  readonly hypothesis: ImprovementHypothesis;
  readonly baseline: GraphSpec;
  readonly applied:
    | { readonly ok: true; readonly candidate: GraphSpec; readonly diff: SpecDiff }
    | { readonly ok: false; readonly faults: readonly ChangeFault[] };
  readonly registry: NodeRegistry | undefined;
  readonly config: ValidatorConfig;
}

/** A subject whose changes could be applied. */
export interface AppliedSubject extends Omit<ValidationSubject, "applied"> {
  readonly candidate: GraphSpec;
  readonly diff: SpecDiff;
}

/** Ids of the nodes that a diff adds, removes or changes. */
export function writtenNodes({ nodes }: SpecDiff): readonly string[] {
  return [
    ...nodes.added.map(({ element }) => element.id),
    ...nodes.removed.map(({ element }) => element.id),
    ...nodes.modified.map(({ id }) => id),
  ];
}

/** Ids of the nodes at the ends of the edges that a diff adds, removes or changes, in either spec. */
export function rewiredNodes({ diff, baseline, candidate }: AppliedSubject): readonly string[] {
  const changed = new Set(diff.edges.modified.map(({ id }) => id));
  const edges = [
    ...diff.edges.added.map(({ element }) => element),
    ...diff.edges.removed.map(({ element }) => element),
    ...[...baseline.edges, ...candidate.edges].filter(({ id }) => changed.has(id)),
  ];
  return [...new Set(edges.flatMap(({ fromNode, toNode }) => [fromNode, toNode]))];
}
