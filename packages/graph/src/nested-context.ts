import type { Clock } from "./clock.ts";
import type { Ids } from "./identity.ts";
import { type NodeContext, RunContext } from "./run-context.ts";
import type { Report } from "./run-reports.ts";

/**
 * The context of a run within a node of another run. State and steps are its own; what its nodes report counts for
 * both, and who watches the outer run watches this one: a repetition does not touch the world from within either.
 */
export class NestedContext extends RunContext {
  readonly #outer: NodeContext;

  constructor(outer: NodeContext, clock: Clock, ids: Ids) {
    super(clock, ids);
    this.#outer = outer;
    this.observer = outer.observer;
  }

  override report(values: Report): void {
    super.report(values);
    this.#outer.report(values);
  }
}
