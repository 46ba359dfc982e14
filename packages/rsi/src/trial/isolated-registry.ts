import {
  defineNode,
  type GraphSpec,
  type NodeContext,
  type NodeDefinition,
  NodeRegistry,
} from "@spark/graph";

/** Answers in place of a node that acts on the world; `config` is the node's, without `policies`. */
export type StandIn = (
  inputs: unknown,
  context: NodeContext,
  config: Readonly<Record<string, unknown>>,
) => unknown;

/** Stand-ins by node type. */
export type StandIns = Readonly<Record<string, StandIn>>;

/**
 * The same node types, but none that acts on the world: each that declares `effects` is answered by its
 * stand-in, under the same schemas. One without a stand-in is left out, so a graph that uses it cannot be built.
 */
export function isolatedRegistry(registry: NodeRegistry, standIns: StandIns): NodeRegistry {
  const isolated = new NodeRegistry();
  for (const type of registry.types) {
    const definition = registry.definition(type) as NodeDefinition;
    const standIn = Object.hasOwn(standIns, type) ? standIns[type] : undefined;
    if (isolated.definition(type) !== undefined) continue;
    if (!definition.effects) isolated.register(definition);
    else if (standIn !== undefined) isolated.register(withStandIn(definition, standIn));
  }
  return isolated;
}

/** The nodes of a spec that act on the world and that nothing stands in for, each as `"id" (Type)`. */
export function actingNodes(spec: GraphSpec, registry: NodeRegistry, standIns: StandIns): readonly string[] {
  return spec.nodes
    .filter(({ type }) => registry.definition(type)?.effects === true && !Object.hasOwn(standIns, type))
    .map(({ id, type }) => `"${id}" (${type})`);
}

function withStandIn({ type, config, input, output }: NodeDefinition, standIn: StandIn): NodeDefinition {
  return defineNode({
    type,
    ...(config === undefined ? {} : { config }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    process: (inputs: unknown, context: NodeContext, settings: unknown) =>
      standIn(inputs, context, settings as Readonly<Record<string, unknown>>),
  });
}
