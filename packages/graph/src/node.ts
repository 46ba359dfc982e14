import type { z } from "zod";
import { type NodeContext, RunContext, type RunOptions } from "./run-context.ts";
import { raceAbort } from "./race-abort.ts";
import type { NodeSpec } from "./spec.ts";

/**
 * A unit of work in a graph: inputs in, output out, nothing kept between two runs.
 *
 * Write a subclass where a node has parts of its own (a client, a database); `defineNode` is shorter for a
 * function. A node is shared by all runs of its graph at once: what belongs to a run lives in the context.
 */
export abstract class Node<In = unknown, Out = unknown> {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Does the work. May be synchronous; a thrown error or a rejection fails the node. */
  abstract process(inputs: In, context: NodeContext): Out | Promise<Out>;

  /** Runs this node alone, outside any graph. Rejects with the signal's reason when it aborts first. */
  async run(inputs: In, options: RunOptions = {}): Promise<Out> {
    const context = new RunContext(undefined, undefined, options.runId);
    return raceAbort(context, options.signal, () => this.process(inputs, context));
  }
}

/** The part of a node that a graph calls. */
export type Work = Pick<Node, "process">;

/** How nodes of one type are made, and what they accept. */
export interface NodeDefinition {
  readonly type: string;
  /** Schema of `config` without the key `policies`; a node whose config does not fit is refused. */
  readonly config?: z.ZodType;
  /** Schema of the inputs; checked at every execution, because what arrives depends on the graph. */
  readonly input?: z.ZodType;
  /** Schema of the output; checked at every execution. */
  readonly output?: z.ZodType;
  /** True where the node acts on the world; a mirrored run then gets the live run's answer instead. */
  readonly effects: boolean;
  /** Types that can stand in for this one. */
  readonly alternatives: readonly string[];
  create(config: unknown, spec: NodeSpec): Node;
}

interface DefinitionParts<C extends z.ZodType, I extends z.ZodType, O extends z.ZodType> {
  readonly type: string;
  readonly config?: C;
  readonly input?: I;
  readonly output?: O;
  readonly effects?: boolean;
  readonly alternatives?: readonly string[];
}

/** A definition by a function. */
export interface FunctionDefinition<
  C extends z.ZodType,
  I extends z.ZodType,
  O extends z.ZodType,
> extends DefinitionParts<C, I, O> {
  process(inputs: z.output<I>, context: NodeContext, config: z.output<C>): z.input<O> | Promise<z.input<O>>;
}

/** A definition by a class: `create` makes one node a place in the graph. */
export interface ClassDefinition<
  C extends z.ZodType,
  I extends z.ZodType,
  O extends z.ZodType,
> extends DefinitionParts<C, I, O> {
  create(config: z.output<C>, spec: NodeSpec): Node<z.output<I>, z.input<O>>;
}

/**
 * Defines a node type. `config`, `input` and `output` are zod schemas; each is optional, and what is left
 * out is not checked.
 *
 * @example
 * const double = defineNode({
 *   type: "Double",
 *   input: z.object({ n: z.number() }),
 *   process: ({ n }) => ({ n: n * 2 }),
 * });
 */
export function defineNode<
  C extends z.ZodType = z.ZodType<Record<string, unknown>>,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
>(definition: FunctionDefinition<C, I, O> | ClassDefinition<C, I, O>): NodeDefinition {
  const { type, config, input, output, effects = false, alternatives = [] } = definition;
  const create =
    "process" in definition
      ? (settings: unknown): Node => new FunctionNode(type, definition.process, settings)
      : (settings: unknown, spec: NodeSpec): Node => definition.create(settings as z.output<C>, spec);
  return {
    type,
    ...(config === undefined ? {} : { config }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    effects,
    alternatives,
    create,
  };
}

class FunctionNode extends Node {
  readonly #process: (inputs: never, context: NodeContext, config: never) => unknown;
  readonly #config: unknown;

  constructor(
    name: string,
    process: (inputs: never, context: NodeContext, config: never) => unknown,
    config: unknown,
  ) {
    super(name);
    this.#process = process;
    this.#config = config;
  }

  override process(inputs: unknown, context: NodeContext): unknown {
    return this.#process(inputs as never, context, this.#config as never);
  }
}
