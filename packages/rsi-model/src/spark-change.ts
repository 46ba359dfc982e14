import { SparkError } from "@spark/graph";
import type { Change, ChangeType, EdgeModification, EdgeUpdates } from "./change.ts";
import { isObject } from "./spark-document.ts";
import { readEdgeSpec, readNodeSpec, writeEdgeSpec, writeNodeSpec } from "./spec-fragment.ts";

type Document = Readonly<Record<string, unknown>>;

/** How one type of change is spelled by the Python project, which puts most of it into `additional_params`. */
interface Spelling<Of extends Change> {
  /** Keys of the change that are used, and those of its `additional_params`. */
  readonly keys: readonly string[];
  readonly params: readonly string[];
  read(document: Document, params: Document): Document;
  write(change: Of): { readonly keys?: Document; readonly params?: Document };
}

const spellings: { readonly [Type in ChangeType]: Spelling<Extract<Change, { type: Type }>> } = {
  node_config_update: {
    keys: ["target_node_id", "config_path", "new_value", "old_value"],
    params: [],
    read: (document) => ({
      targetNodeId: document["target_node_id"],
      configPath: document["config_path"],
      newValue: document["new_value"] ?? null,
      ...given("oldValue", document["old_value"]),
    }),
    write: ({ targetNodeId, configPath, newValue, oldValue }) => ({
      keys: {
        target_node_id: targetNodeId,
        config_path: configPath,
        new_value: newValue,
        ...given("old_value", oldValue),
      },
    }),
  },
  node_add: {
    keys: [],
    params: ["node_spec"],
    read: (_, params) => ({ nodeSpec: readNodeSpec(params["node_spec"]) }),
    write: ({ nodeSpec }) => ({ params: { node_spec: writeNodeSpec(nodeSpec) } }),
  },
  node_remove: {
    keys: ["target_node_id"],
    params: [],
    read: (document) => ({ targetNodeId: document["target_node_id"] }),
    write: ({ targetNodeId }) => ({ keys: { target_node_id: targetNodeId } }),
  },
  edge_add: {
    keys: [],
    params: ["edge_spec"],
    read: (_, params) => ({ edgeSpec: readEdgeSpec(params["edge_spec"]) }),
    write: ({ edgeSpec }) => ({ params: { edge_spec: writeEdgeSpec(edgeSpec) } }),
  },
  edge_remove: {
    keys: ["target_edge_id"],
    params: [],
    read: (document) => ({ targetEdgeId: document["target_edge_id"] }),
    write: ({ targetEdgeId }) => ({ keys: { target_edge_id: targetEdgeId } }),
  },
  edge_modify: {
    keys: ["target_edge_id"],
    params: ["condition", "priority", "description"],
    read: (document, params) => ({ targetEdgeId: document["target_edge_id"], updates: readUpdates(params) }),
    write: ({ targetEdgeId, updates }) => ({
      keys: { target_edge_id: targetEdgeId },
      params: writeUpdates(updates),
    }),
  },
  node_replacement: {
    keys: ["target_node_id"],
    params: ["replacement_node_spec"],
    read: (document, params) => ({
      targetNodeId: document["target_node_id"],
      replacementNodeSpec: readNodeSpec(params["replacement_node_spec"]),
    }),
    write: ({ targetNodeId, replacementNodeSpec }) => ({
      keys: { target_node_id: targetNodeId },
      params: { replacement_node_spec: writeNodeSpec(replacementNodeSpec) },
    }),
  },
  edge_batch_modifications: {
    keys: [],
    params: ["edge_modifications"],
    read: (_, params) => ({ edgeModifications: mapList(params["edge_modifications"], readModification) }),
    write: ({ edgeModifications }) => ({
      params: { edge_modifications: edgeModifications.map(writeModification) },
    }),
  },
  parallelization: {
    keys: [],
    params: ["entry_node", "parallel_structure"],
    read: (_, params) => {
      const { parallel_structure: structure } = params;
      const { parallel_branches, merge_node_id, merge_strategy } = isObject(structure) ? structure : {};
      return {
        entryNode: params["entry_node"],
        branches: parallel_branches,
        ...given("mergeNodeId", merge_node_id),
        ...given("mergeStrategy", merge_strategy),
      };
    },
    write: ({ entryNode, branches, mergeNodeId, mergeStrategy }) => ({
      params: {
        entry_node: entryNode,
        parallel_structure: {
          parallel_branches: branches,
          ...given("merge_node_id", mergeNodeId),
          requires_merge: mergeNodeId !== undefined,
          merge_strategy: mergeStrategy,
        },
      },
    }),
  },
};

/** A change as fields of ours, still to be checked. Keys that its type does not use are kept in `extra`. */
export function readSparkChange(json: unknown): unknown {
  if (!isObject(json)) return json;
  const { type, additional_params, ...document } = json;
  if (typeof type !== "string" || !Object.hasOwn(spellings, type)) {
    const known = Object.keys(spellings).join(", ");
    throw new SparkError(
      "invalid_input",
      `The change type is ${JSON.stringify(type)}; expected one of ${known}.`,
    );
  }
  const spelling = spellings[type as ChangeType];
  const params = isObject(additional_params) ? additional_params : {};
  const otherParams = rest(params, spelling.params);
  const extra = {
    ...rest(document, spelling.keys),
    ...(Object.keys(otherParams).length > 0 && { additional_params: otherParams }),
  };
  return {
    type,
    ...spelling.read(document, params),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** A change as the Python project writes it. */
export function writeSparkChange(change: Change): unknown {
  const spelling = spellings[change.type] as Spelling<Change>;
  const { keys, params } = spelling.write(change);
  const { additional_params, ...extra } = change.extra ?? {};
  const allParams = { ...(isObject(additional_params) ? additional_params : {}), ...params };
  return {
    ...extra,
    type: change.type,
    ...keys,
    ...(Object.keys(allParams).length > 0 && { additional_params: allParams }),
  };
}

function readModification(json: unknown): unknown {
  if (!isObject(json)) return json;
  const { type, edge_id: edgeId } = json;
  if (type === "add") return { type, edgeSpec: readEdgeSpec(json["edge_spec"]) };
  if (type !== "modify") return { type, edgeId };
  return { type, edgeId, updates: readUpdates(isObject(json["updates"]) ? json["updates"] : {}) };
}

function writeModification(modification: EdgeModification): unknown {
  switch (modification.type) {
    case "add":
      return { type: "add", edge_spec: writeEdgeSpec(modification.edgeSpec) };
    case "remove":
      return { type: "remove", edge_id: modification.edgeId };
    case "modify":
      return { type: "modify", edge_id: modification.edgeId, updates: writeUpdates(modification.updates) };
  }
}

/** Of the three keys those that are there: the Python project tells an absent condition from one that is null. */
function readUpdates(params: Document): Document {
  const { condition, priority, description } = params;
  return {
    ...(condition !== undefined && { condition: condition === null ? null : readCondition(condition) }),
    ...given("priority", priority),
    ...given("description", description),
  };
}

function writeUpdates({ condition, priority, description }: EdgeUpdates): Document {
  return {
    ...(condition !== undefined && { condition: condition === null ? null : writeCondition(condition) }),
    ...given("priority", priority),
    ...given("description", description),
  };
}

const anyEdge = { id: "edge", fromNode: "a", toNode: "b", priority: 0 };

function readCondition(condition: unknown): unknown {
  return readEdgeSpec({ id: "edge", from_node: "a", to_node: "b", condition }).condition;
}

function writeCondition(condition: NonNullable<EdgeUpdates["condition"]>): unknown {
  return writeEdgeSpec({ ...anyEdge, condition })["condition"];
}

function given(key: string, value: unknown): Document {
  return value === undefined || value === null ? {} : { [key]: value };
}

function mapList(list: unknown, read: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(read) : list;
}

/** What is there and not null besides the keys. */
function rest(document: Document, keys: readonly string[]): Document {
  return Object.fromEntries(
    Object.entries(document).filter(([key, value]) => value !== null && !keys.includes(key)),
  );
}
