import type { Step } from "./compiled-graph.ts";
import type { Landing, RunContext } from "./run-context.ts";

/** A run with several tokens: how many are alive, and what the ended ones brought. */
export class Fork {
  live = 1;
  /** Forks that are being started within one another: each of them is on the call stack. */
  nesting = 0;
  readonly #context: RunContext;
  readonly #landing: Landing;
  readonly #ends: { readonly step: Step; readonly output: unknown }[] = [];

  constructor(context: RunContext, landing: Landing) {
    this.#context = context;
    this.#landing = landing;
  }

  /** Counts an ended token; true when it was the last one. A token that ended in a join brings no output. */
  end(step: Step | undefined, output: unknown): boolean {
    if (step !== undefined) this.#ends.push({ step, output });
    return (this.live -= 1) === 0;
  }

  /** One branch has failed: the run fails, and the other branches are told to stop. */
  fail(error: unknown): void {
    this.#landing.failed(error);
    this.#context.abort(error);
  }

  /** All tokens have ended well. One end gives its output, several give `{ [nodeId]: output }`. */
  finish(): void {
    const [only, ...others] = this.#ends;
    this.#landing.landed(others.length === 0 ? only?.output : outputsByNode(this.#ends));
  }
}

/** Outputs by node in the order of the spec's nodes; a node that ended several tokens gives a list. */
function outputsByNode(
  ends: readonly { readonly step: Step; readonly output: unknown }[],
): Record<string, unknown> {
  const grouped = new Map<string, unknown[]>();
  for (const { step, output } of ends.toSorted((a, b) => a.step.index - b.step.index)) {
    const outputs = grouped.get(step.id);
    if (outputs === undefined) grouped.set(step.id, [output]);
    else outputs.push(output);
  }
  return Object.fromEntries(
    [...grouped].map(([id, outputs]) => [id, outputs.length === 1 ? outputs[0] : outputs]),
  );
}
