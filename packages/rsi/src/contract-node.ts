import { defineNode, Node, type NodeContext, type NodeDefinition, SparkError } from "@spark/graph";
import type { z } from "zod";

/** What a node takes and gives. */
export interface Contract<In extends z.ZodType, Out extends z.ZodType> {
  readonly input: In;
  readonly output: Out;
}

/**
 * A node whose inputs and output are checked against its schemas, alone as in a graph.
 *
 * Inputs that do not fit are refused with `invalid_input`, an output that does not fit is an `internal` error;
 * both list every fault with its path.
 */
export abstract class ContractNode<In extends z.ZodType, Out extends z.ZodType> extends Node<
  z.input<In>,
  z.output<Out>
> {
  readonly contract: Contract<In, Out>;

  constructor(name: string, contract: Contract<In, Out>) {
    super(name);
    this.contract = contract;
  }

  /** Does the work on inputs that fit. */
  protected abstract work(inputs: z.output<In>, context: NodeContext): z.input<Out> | Promise<z.input<Out>>;

  override async process(inputs: z.input<In>, context: NodeContext): Promise<z.output<Out>> {
    const { input, output } = this.contract;
    const parsed = input.safeParse(inputs);
    if (!parsed.success) throw misfit("invalid_input", `${this.name} cannot take these inputs`, parsed.error);
    const result = output.safeParse(await this.work(parsed.data, context));
    if (!result.success) throw misfit("internal", `${this.name} broke its own contract`, result.error);
    return result.data;
  }

  /** This node as a type of its own, for the registry of a graph that holds it. */
  definition(type: string = this.name): NodeDefinition {
    return defineNode<z.ZodType<Record<string, unknown>>, In, Out>({
      type,
      ...this.contract,
      create: () => this as unknown as Node<z.output<In>, z.input<Out>>,
    });
  }
}

function misfit(code: "invalid_input" | "internal", what: string, error: z.ZodError): SparkError {
  const faults = error.issues.map(({ path, message }) => `${path.join(".") || "inputs"}: ${message}`);
  return new SparkError(code, `${what}: ${faults.join("; ")}`, { cause: error, details: { faults } });
}
