import type { RunContext } from "./run-context.ts";

/** What conditions are evaluated against; one object a run, since evaluation never yields. */
export class ConditionScope {
  outputs: unknown;
  inputs: unknown;
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  get state(): unknown {
    return this.#context.stateView;
  }
}
