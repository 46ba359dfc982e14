import type { NodeOutput } from "./observed-run.ts";
import { SparkError } from "./spark-error.ts";

/** What the world answered in a recorded run: by node, in the order of the answers, each to be given once. */
export class RecordedAnswers {
  readonly #byNode = new Map<string, unknown[]>();

  constructor(outputs: readonly NodeOutput[]) {
    for (const { nodeId, effects, output } of outputs) {
      if (!effects) continue;
      const known = this.#byNode.get(nodeId);
      if (known === undefined) this.#byNode.set(nodeId, [output]);
      else known.push(output);
    }
  }

  /** A copy of a node's next answer. Throws `effect_not_recorded` when there is none. */
  next(nodeId: string): unknown {
    const answers = this.#byNode.get(nodeId);
    if (answers !== undefined && answers.length > 0) return structuredClone(answers.shift());
    throw new SparkError(
      "effect_not_recorded",
      `Node "${nodeId}" acts on the world, and the live run has no answer of it to give instead.`,
      { details: { nodeId } },
    );
  }
}
