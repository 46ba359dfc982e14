import {
  type EdgeSpec,
  type GraphSpec,
  type NodeSpec,
  readSparkJson,
  SparkError,
  writeSparkJson,
} from "@spark/graph";
import { isObject } from "./spark-document.ts";

/** A node or an edge of a change is a part of a graph document, and is read and written within one. */
const about = { id: "fragment", sparkVersion: "2.0" };

export function readNodeSpec(json: unknown): NodeSpec {
  const { id } = required(json, "a node with an id and a type", ["id"]);
  const { nodes } = readSparkJson({ id: about.id, start: id, nodes: [json] });
  return nodes[0] as NodeSpec;
}

export function writeNodeSpec(node: NodeSpec): unknown {
  const document = writeSparkJson({ ...about, start: node.id, nodes: [node], edges: [] });
  return (document as { readonly nodes: readonly unknown[] }).nodes[0];
}

export function readEdgeSpec(json: unknown): EdgeSpec {
  const edge = required(json, "an edge with from_node and to_node", []);
  const from = edge["from_node"] ?? edge["from_id"];
  const to = edge["to_node"] ?? edge["to_id"];
  required({ from, to }, "an edge with from_node and to_node", ["from", "to"]);
  const ends = [...new Set([from, to])].map((id) => ({ id, type: "End" }));
  const { edges } = readSparkJson({ id: about.id, start: from, nodes: ends, edges: [json] });
  return edges[0] as EdgeSpec;
}

export function writeEdgeSpec(edge: EdgeSpec): Record<string, unknown> {
  const nodes = [...new Set([edge.fromNode, edge.toNode])].map((id) => ({ id, type: "End" }));
  const spec: GraphSpec = { ...about, start: edge.fromNode, nodes, edges: [edge] };
  const document = writeSparkJson(spec) as { readonly edges: readonly Record<string, unknown>[] };
  return { ...document.edges[0] };
}

function required(json: unknown, what: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (isObject(json) && keys.every((key) => typeof json[key] === "string")) return json;
  throw new SparkError("invalid_input", `expected ${what}, got ${JSON.stringify(json) ?? "nothing"}`);
}
