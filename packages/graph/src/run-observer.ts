import { type BuiltNode, type NodeRegistry } from "./registry.ts";
import { Node } from "./node.ts";
import type { NodeContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import type { NodeSpec } from "./spec.ts";
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

/** Stands between a run and its nodes: sees every output, and may answer in a node's place. */
export interface RunObserver {
  perform(node: ObservedExecution, work: () => unknown): unknown;
}

/** One execution of a node, as its observer sees it. */
export interface ObservedExecution {
  readonly id: string;
  readonly effects: boolean;
  readonly inputs: unknown;
}

/** Writes down what every node gives, in the order of their ends. */
export class Recording implements RunObserver {
  readonly outputs: NodeOutput[] = [];

  perform(node: ObservedExecution, work: () => unknown): unknown {
    const result = work();
    if (!isThenable(result)) return this.#note(node, result);
    return result.then((output) => this.#note(node, output));
  }

  #note({ id, effects, inputs }: ObservedExecution, output: unknown): unknown {
    this.outputs.push({ nodeId: id, effects, output, ...(effects ? { inputs } : {}) });
    return output;
  }
}

/**
 * Repeats a run without touching the world: nodes with effects are answered from the recording of the run
 * that is repeated, each execution with the next answer of the same node. A node with effects that the
 * recording knows no answer of fails with `effect_not_recorded`: it is never executed.
 */
export class Replay extends Recording {
  readonly #answers = new Map<string, unknown[]>();

  constructor(recorded: readonly NodeOutput[]) {
    super();
    for (const { nodeId, effects, output } of recorded) {
      if (!effects) continue;
      const answers = this.#answers.get(nodeId);
      if (answers === undefined) this.#answers.set(nodeId, [output]);
      else answers.push(output);
    }
  }

  override perform(node: ObservedExecution, work: () => unknown): unknown {
    return super.perform(node, node.effects ? () => this.#answer(node.id) : work);
  }

  #answer(nodeId: string): unknown {
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

/** A registry whose nodes let the run's observer, where there is one, stand in between. */
export function observable(registry: Pick<NodeRegistry, "build">): Pick<NodeRegistry, "build"> {
  return {
    build(spec: NodeSpec): BuiltNode {
      const built = registry.build(spec);
      return { ...built, node: new ObservedNode(spec.id, built) };
    },
  };
}

class ObservedNode extends Node {
  readonly #id: string;
  readonly #built: BuiltNode;

  constructor(id: string, built: BuiltNode) {
    super(built.node.name);
    this.#id = id;
    this.#built = built;
  }

  override process(inputs: unknown, context: NodeContext): unknown {
    const { node, definition } = this.#built;
    const work = (): unknown => node.process(inputs, context);
    if (context.observer === undefined) return work();
    return context.observer.perform({ id: this.#id, effects: definition.effects, inputs }, work);
  }
}
