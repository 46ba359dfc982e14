import type { Work } from "./node.ts";
import { SparkError } from "./spark-error.ts";
import { isThenable } from "./thenable.ts";

/** What one node gave in an observed run. */
export interface NodeOutput {
  readonly nodeId: string;
  /** True where the node acts on the world. */
  readonly effects: boolean;
  readonly output: unknown;
  /** What it was to do in the world; there for nodes that act on it. */
  readonly inputs?: unknown;
}

/** Sees what the nodes of a run give, and stands between the run and the world. */
export interface RunObserver {
  /** A node that does not act on the world has given this. */
  note(nodeId: string, output: unknown): void;
  /** A node is about to act on the world by `work`; what it gets is what this gives. */
  perform(act: Act, work: () => unknown): unknown;
}

/** What a node is to do in the world. */
export interface Act {
  readonly nodeId: string;
  readonly inputs: unknown;
}

/** Writes down what every node gives, in the order of their ends. */
export class Recording implements RunObserver {
  readonly outputs: NodeOutput[] = [];

  note(nodeId: string, output: unknown): void {
    this.outputs.push({ nodeId, effects: false, output });
  }

  perform(act: Act, work: () => unknown): unknown {
    const result = work();
    if (!isThenable(result)) return this.#noteAct(act, result);
    return result.then((output) => this.#noteAct(act, output));
  }

  #noteAct({ nodeId, inputs }: Act, output: unknown): unknown {
    this.outputs.push({ nodeId, effects: true, output, inputs });
    return output;
  }
}

/**
 * Repeats a run without touching the world: nodes with effects are answered from the recording of the run
 * that is repeated, each execution with the next answer of the same node. A node with effects that the
 * recording knows no answer of fails with `effect_not_recorded`: it is never executed.
 */
export class Replay extends Recording {
  readonly #recorded: readonly NodeOutput[];
  #answers: Map<string, unknown[]> | undefined;

  constructor(recorded: readonly NodeOutput[]) {
    super();
    this.#recorded = recorded;
  }

  override perform(act: Act): unknown {
    return super.perform(act, () => this.#answer(act.nodeId));
  }

  #answer(nodeId: string): unknown {
    this.#answers ??= answersIn(this.#recorded);
    const answers = this.#answers.get(nodeId);
    if (answers === undefined || answers.length === 0) {
      throw new SparkError(
        "effect_not_recorded",
        `Node "${nodeId}" acts on the world, and the live run has no answer of it to give instead.`,
        { details: { nodeId } },
      );
    }
    return structuredClone(answers.shift());
  }
}

function answersIn(recorded: readonly NodeOutput[]): Map<string, unknown[]> {
  const answers = new Map<string, unknown[]>();
  for (const { nodeId, effects, output } of recorded) {
    if (!effects) continue;
    const known = answers.get(nodeId);
    if (known === undefined) answers.set(nodeId, [output]);
    else known.push(output);
  }
  return answers;
}

/** The work of a node that acts on the world: the run's observer, where there is one, stands in between. */
export function observed(nodeId: string, work: Work): Work {
  return {
    process(inputs, context) {
      const { observer } = context;
      if (observer === undefined) return work.process(inputs, context);
      return observer.perform({ nodeId, inputs }, () => work.process(inputs, context));
    },
  };
}
