import {
  type EdgeSpec,
  GraphSpec,
  type JsonObject,
  type NodeDefinition,
  NodeRegistry,
  type RunError,
} from "@spark/graph";
import type { z } from "zod";
import type { ContractNode } from "../contract-node.ts";

/** A node at its place in a flow. What it takes and gives is known to the compiler. */
export interface Place<in In, out Out> {
  readonly id: string;
  readonly definition: NodeDefinition;
  /** Never there; they carry the types. */
  readonly takes?: (value: In) => void;
  readonly gives?: () => Out;
}

/** What a fallback edge brings. */
export interface Failed<In> {
  readonly inputs: In;
  readonly error: RunError & { readonly nodeId: string; readonly attempt: number };
}

/** Puts a node at a place. The same node may stand at several. */
export function place<In extends z.ZodType, Out extends z.ZodType>(
  id: string,
  node: ContractNode<In, Out>,
): Place<z.input<In>, z.output<Out>> {
  return { id, definition: node.definition() };
}

/**
 * Puts a graph together from nodes whose contracts the compiler compares: an edge along which something could come
 * that the next node does not take is a type error.
 */
export class Flow {
  readonly #places = new Map<string, NodeDefinition>();
  readonly #edges: EdgeSpec[] = [];

  /** `to` follows `from`, whatever it gives. */
  connect<Out>(from: Place<never, Out>, to: Place<NoInfer<Out>, unknown>): this {
    return this.#edge(from, to, {});
  }

  /** `to` follows where `from` gives something with these values; only that has to fit. */
  connectWhen<Out, const When extends JsonObject>(
    [from, when]: readonly [Place<never, Out>, When],
    to: Place<NoInfer<Extract<Out, When>>, unknown>,
  ): this {
    return this.#edge(from, to, { condition: { kind: "equals", equals: when } });
  }

  /** `to` follows where `from` fails. */
  rescue<In>(from: Place<In, unknown>, to: Place<Failed<NoInfer<In>>, unknown>): this {
    return this.#edge(from, to, { onError: true });
  }

  /** Its outputs come together in `join`, by the ids of the places they come from. */
  gather<Out>(
    from: readonly Place<never, Out>[],
    joinId: string,
    to: Place<Record<string, NoInfer<Out>>, unknown>,
  ): this {
    for (const each of from) this.#edge(each, { id: joinId }, {});
    return this.#edge({ id: joinId }, to, {});
  }

  /** The graph as data. */
  spec(id: string, start: Place<never, unknown>): GraphSpec {
    this.#add(start);
    const joins = new Set(
      this.#edges.flatMap(({ fromNode, toNode }) => [fromNode, toNode]).filter((id) => !this.#places.has(id)),
    );
    return GraphSpec.parse({
      id,
      start: start.id,
      nodes: [
        ...[...this.#places].map(([placeId, { type }]) => ({ id: placeId, type })),
        ...[...joins].map((joinId) => ({ id: joinId, type: "Join", config: { mode: "all" } })),
      ],
      edges: this.#edges,
    });
  }

  /** The node types that the graph uses. */
  registry(): NodeRegistry {
    const byType = new Map([...this.#places.values()].map((definition) => [definition.type, definition]));
    return new NodeRegistry([...byType.values()]);
  }

  #edge(
    from: Pick<Place<never, unknown>, "id"> & Partial<Place<never, unknown>>,
    to: Pick<Place<never, unknown>, "id"> & Partial<Place<never, unknown>>,
    more: Partial<EdgeSpec>,
  ): this {
    this.#add(from);
    this.#add(to);
    const id = `${from.id}-${to.id}${more.onError === true ? "-failed" : ""}`;
    this.#edges.push({ id, fromNode: from.id, toNode: to.id, priority: 0, ...more });
    return this;
  }

  #add({ id, definition }: { readonly id: string; readonly definition?: NodeDefinition | undefined }): void {
    if (definition !== undefined) this.#places.set(id, definition);
  }
}
