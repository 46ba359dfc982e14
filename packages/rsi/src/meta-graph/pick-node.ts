import type { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { gateOutcome } from "../gates/gate-outcome.ts";
import { HypothesisCase } from "../hypothesis-case.ts";
import { Proposals } from "./propose-node.ts";

/** The case of a lane, or that there is none. */
export const Picked = gateOutcome({ open: HypothesisCase.unwrap().shape, closed: {} });
export type Picked = z.infer<typeof Picked>;

/** Opens one lane: takes the hypothesis whose turn it is. */
export class PickNode extends ContractNode<typeof Proposals, typeof Picked> {
  readonly #lane: number;

  /** @param lane - From 1. */
  constructor(lane: number) {
    super(`PickHypothesis${lane}`, { input: Proposals, output: Picked });
    this.#lane = lane;
  }

  protected override work({ hypotheses, baselineSpec }: Proposals): Picked {
    const hypothesis = hypotheses[this.#lane - 1];
    return hypothesis === undefined
      ? { shouldContinue: false, reason: "there is no hypothesis for this lane" }
      : { shouldContinue: true, hypothesis, baselineSpec };
  }
}
