import { GraphSpec } from "@spark/graph";
import { mailGraph } from "../mail-graph.ts";

/** The mail graph with pairs of words, which is what its model knows: three weaknesses are enough for one story. */
export const loopGraph = GraphSpec.parse({
  ...mailGraph,
  nodes: mailGraph.nodes.map((node) =>
    node.id === "words" ? { ...node, config: { ...node.config, phraseWindow: 2 } } : node,
  ),
});
