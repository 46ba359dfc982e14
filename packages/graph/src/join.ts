import { z } from "zod";
import { defineNode } from "./node.ts";

/** When a join lets its node run. */
export const JoinConfig = z
  .strictObject({
    /** `all`: every parent edge has brought something; `any`: the first has; `quorum`: that many have. */
    mode: z.enum(["all", "any", "quorum"]).default("all"),
    /** For `quorum`: how many parent edges are enough. */
    quorum: z.int().min(1).exactOptional(),
  })
  .refine((config) => (config.mode === "quorum") === (config.quorum !== undefined), {
    error: 'expected "quorum" with mode "quorum", and only there',
  });
export type JoinConfig = z.infer<typeof JoinConfig>;

/**
 * The node type `Join`: brings parallel branches together again.
 *
 * Its output holds what arrived by parent, `{ [fromNode]: output }`; where one node has two edges to the join,
 * by edge id. `any` and `quorum` swallow what arrives later in the same round; a round ends when every parent
 * edge has brought its share, so a join may stand in a loop.
 */
export const joinNode = defineNode({
  type: "Join",
  config: JoinConfig,
  process: (inputs: unknown) => inputs,
});

/** What a graph needs to know of one join: the keys of its parent edges, and how many are enough. */
export interface JoinPlan {
  /** Position of the join among the joins of its graph. */
  readonly index: number;
  /** Name under which each parent edge's value appears, by slot. */
  readonly slots: readonly string[];
  readonly edgeIds: readonly string[];
  readonly needed: number;
}

/** The state of one join within one run. */
export interface JoinState {
  /** Values that wait, first come first served, by slot. */
  readonly waiting: unknown[][];
  /** Slots that have something waiting. */
  filled: number;
  /** By slot: arrivals still to be swallowed, because the round they belong to has fired. */
  readonly late: number[];
}

/** A join nothing has arrived at yet. */
export function emptyJoin(plan: JoinPlan): JoinState {
  return { waiting: plan.slots.map(() => []), filled: 0, late: plan.slots.map(() => 0) };
}

/** What comes out of a join while it still waits. */
export const notYet = Symbol("not yet");

/** Hands a value to a join; gives the collected values when that was the one it waited for. */
export function arrive(
  plan: JoinPlan,
  state: JoinState,
  arrival: { readonly slot: number; readonly value: unknown },
): Record<string, unknown> | typeof notYet {
  const { slot, value } = arrival;
  if ((state.late[slot] as number) > 0) {
    (state.late[slot] as number) -= 1;
    return notYet;
  }
  const line = state.waiting[slot] as unknown[];
  line.push(value);
  if (line.length === 1) state.filled += 1;
  if (state.filled < plan.needed) return notYet;
  return collect(plan, state);
}

function collect(plan: JoinPlan, state: JoinState): Record<string, unknown> {
  const collected: Record<string, unknown> = {};
  plan.slots.forEach((name, slot) => {
    const line = state.waiting[slot] as unknown[];
    if (line.length === 0) {
      (state.late[slot] as number) += 1;
      return;
    }
    collected[name] = line.shift();
    if (line.length === 0) state.filled -= 1;
  });
  return collected;
}

/** Parent edges a join still waited for when the run had nothing left to do; empty when it waited for none. */
export function missingArrivals(plan: JoinPlan, state: JoinState): readonly string[] {
  return state.filled === 0 ? [] : plan.edgeIds.filter((_, slot) => state.waiting[slot]?.length === 0);
}
