import type { JsonValue } from "@spark/graph";
import type { HypothesisType } from "@spark/rsi-model";
import type { SpecDiff, ValueChange } from "@spark/rsi-deploy";

/** What a difference between two specs amounts to, one kind for each way a graph can be different. */
export type ChangeEffect =
  | "text"
  | "setting"
  | "policy"
  | "node_type"
  | "node_added"
  | "node_removed"
  | "join_added"
  | "edge_added"
  | "edge_removed"
  | "edge_modified"
  | "graph_field"
  | "description";

const settings = ["text", "setting", "policy", "description"] as const;
const edges = ["edge_added", "edge_removed", "edge_modified"] as const;

/** What a hypothesis of each type may do; what is not listed contradicts the type. */
export const effectsOf: Readonly<Record<HypothesisType, readonly ChangeEffect[] | "any">> = {
  prompt_optimization: ["text", "description"],
  parameter_tuning: settings,
  caching: [...settings, "node_added", ...edges],
  tool_addition: [...settings, "node_added", "graph_field", ...edges],
  node_replacement: [...settings, "node_type", "node_added", "node_removed", ...edges],
  edge_modification: [...edges, "description"],
  parallelization: [...edges, "join_added", "description"],
  custom: "any",
};

/** What a diff does, each kind once. */
export function changeEffects({ fields, nodes, edges }: SpecDiff): ReadonlySet<ChangeEffect> {
  return new Set<ChangeEffect>([
    ...fields.map(({ path }) => (path[0] === "description" ? "description" : "graph_field")),
    ...nodes.added.map(({ element }) => (element.type === "Join" ? "join_added" : "node_added")),
    ...nodes.removed.map((): ChangeEffect => "node_removed"),
    ...nodes.modified.flatMap(({ changes }) => changes.flatMap(nodeEffects)),
    ...edges.added.map((): ChangeEffect => "edge_added"),
    ...edges.removed.map((): ChangeEffect => "edge_removed"),
    ...edges.modified.map((): ChangeEffect => "edge_modified"),
  ]);
}

function nodeEffects({ path, newValue }: ValueChange): readonly ChangeEffect[] {
  const [field, key] = path;
  if (field === "type") return ["node_type"];
  if (field === "description") return ["description"];
  if (field !== "config") return ["setting"];
  if (key === "policies") return ["policy"];
  return key === undefined ? leafEffects(newValue ?? {}) : [effectOfValue(newValue)];
}

/** A config that was not there before: its values are looked at one by one. */
function leafEffects(config: JsonValue): readonly ChangeEffect[] {
  if (typeof config !== "object" || config === null || Array.isArray(config)) return [effectOfValue(config)];
  return Object.entries(config).map(([key, value]) => (key === "policies" ? "policy" : effectOfValue(value)));
}

function effectOfValue(value: JsonValue | undefined): ChangeEffect {
  return typeof value === "string" ? "text" : "setting";
}
