import { type EdgeSpec, type GraphSpec, type NodeSpec, jsonEqual } from "@spark/graph";
import { ListDraft } from "./list-draft.ts";

/**
 * A spec while the changes of a hypothesis are made to it. It trusts its callers to have checked what they
 * ask for, and keeps a trace of which change did what, so that the checks at the end can name the change.
 */
export class SpecDraft {
  readonly baseline: GraphSpec;
  readonly nodes: ListDraft<NodeSpec>;
  readonly edges: ListDraft<EdgeSpec>;
  start: string;

  /** Position of the change that is being made; the traces below map to it. */
  changeIndex = 0;
  readonly writtenNodes = new Map<string, number>();
  readonly writtenEdges = new Map<string, number>();
  readonly addedNodes = new Map<string, number>();
  /** Nodes that lost an edge which led to them. */
  readonly cutNodes = new Map<string, number>();
  /** New id to the id in the baseline, of nodes that took the place of another. */
  readonly renamedNodes = new Map<string, string>();

  constructor(baseline: GraphSpec) {
    this.baseline = baseline;
    this.nodes = new ListDraft(baseline.nodes);
    this.edges = new ListDraft(baseline.edges);
    this.start = baseline.start;
  }

  addNode(node: NodeSpec): void {
    this.nodes.add(node);
    this.addedNodes.set(node.id, this.changeIndex);
    this.writtenNodes.set(node.id, this.changeIndex);
  }

  /** Puts `node` in the place of the node `id`; edges and start follow where the id is another. */
  replaceNode(id: string, node: NodeSpec): void {
    if (jsonEqual(this.nodes.get(id), node)) return;
    this.nodes.replace(id, node);
    this.writtenNodes.delete(id);
    this.writtenNodes.set(node.id, this.changeIndex);
    if (node.id === id) return;
    const renamed = (end: string): string => (end === id ? node.id : end);
    this.start = renamed(this.start);
    this.#moveTraces(id, node.id);
    for (const edge of this.edgesAt(id)) {
      const { fromNode, toNode } = edge;
      this.edges.replace(edge.id, { ...edge, fromNode: renamed(fromNode), toNode: renamed(toNode) });
    }
  }

  /** Removes a node and every edge at it. */
  removeNode(id: string): void {
    for (const edge of this.edgesAt(id)) this.removeEdge(edge);
    this.nodes.remove(id);
    this.writtenNodes.delete(id);
    this.addedNodes.delete(id);
    this.renamedNodes.delete(id);
  }

  addEdge(edge: EdgeSpec): void {
    this.edges.add(edge);
    this.writtenEdges.set(edge.id, this.changeIndex);
  }

  /** Puts an edge in the place of the one with its id. */
  replaceEdge(edge: EdgeSpec): void {
    const before = this.edges.get(edge.id) as EdgeSpec;
    if (jsonEqual(before, edge)) return;
    if (before.fromNode !== edge.fromNode || before.toNode !== edge.toNode) {
      this.cutNodes.set(before.toNode, this.changeIndex);
    }
    this.edges.replace(edge.id, edge);
    this.writtenEdges.set(edge.id, this.changeIndex);
  }

  removeEdge(edge: EdgeSpec): void {
    this.edges.remove(edge.id);
    this.writtenEdges.delete(edge.id);
    this.cutNodes.set(edge.toNode, this.changeIndex);
  }

  edgesAt(nodeId: string): readonly EdgeSpec[] {
    return this.edges.filter(({ fromNode, toNode }) => fromNode === nodeId || toNode === nodeId);
  }

  /** The spec as it is now: the baseline itself where nothing was written. */
  toSpec(): GraphSpec {
    const { baseline, start } = this;
    const nodes = this.nodes.toList();
    const edges = this.edges.toList();
    const same = nodes === baseline.nodes && edges === baseline.edges && start === baseline.start;
    return same ? baseline : { ...baseline, start, nodes, edges };
  }

  #moveTraces(from: string, to: string): void {
    const added = this.addedNodes.get(from);
    if (added === undefined) this.renamedNodes.set(to, this.renamedNodes.get(from) ?? from);
    else this.addedNodes.set(to, added);
    this.addedNodes.delete(from);
    this.renamedNodes.delete(from);
    const cut = this.cutNodes.get(from);
    if (cut !== undefined) this.cutNodes.set(to, cut);
  }
}
