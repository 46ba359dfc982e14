import { Condition, EdgeSpec, JsonObject, JsonValue, NodeSpec } from "@spark/graph";
import { z } from "zod";

const id = z.string().min(1);

/** Keys of a document that this version does not know; kept. */
const extra = JsonObject.exactOptional();

/** Sets one value inside the config of a node. */
export const NodeConfigUpdate = z
  .strictObject({
    type: z.literal("node_config_update"),
    targetNodeId: id,
    /** Dotted path into the config; list positions are numbers, a dot inside a key is written `\.`. */
    configPath: z.string().min(1),
    newValue: JsonValue,
    /** What is expected there now. When it is given and differs, the change is a conflict. */
    oldValue: JsonValue.exactOptional(),
    extra,
  })
  .readonly();
export type NodeConfigUpdate = z.infer<typeof NodeConfigUpdate>;

/** Adds a node; edges that lead to it are changes of their own. */
export const NodeAdd = z.strictObject({ type: z.literal("node_add"), nodeSpec: NodeSpec, extra }).readonly();
export type NodeAdd = z.infer<typeof NodeAdd>;

/** Removes a node together with its edges. The start node cannot be removed. */
export const NodeRemove = z
  .strictObject({ type: z.literal("node_remove"), targetNodeId: id, extra })
  .readonly();
export type NodeRemove = z.infer<typeof NodeRemove>;

/** Adds an edge. */
export const EdgeAdd = z.strictObject({ type: z.literal("edge_add"), edgeSpec: EdgeSpec, extra }).readonly();
export type EdgeAdd = z.infer<typeof EdgeAdd>;

/** Removes an edge. */
export const EdgeRemove = z
  .strictObject({ type: z.literal("edge_remove"), targetEdgeId: id, extra })
  .readonly();
export type EdgeRemove = z.infer<typeof EdgeRemove>;

/** What may be changed of an edge in place. `condition: null` removes the condition. */
export const EdgeUpdates = z
  .strictObject({
    condition: Condition.nullable().exactOptional(),
    priority: z.int().exactOptional(),
    description: z.string().exactOptional(),
  })
  .readonly()
  .refine((updates) => Object.keys(updates).length > 0, {
    error: "expected at least one of condition, priority, description",
  });
export type EdgeUpdates = z.infer<typeof EdgeUpdates>;

/** Changes the condition, priority or description of an edge; its ends stay. */
export const EdgeModify = z
  .strictObject({ type: z.literal("edge_modify"), targetEdgeId: id, updates: EdgeUpdates, extra })
  .readonly();
export type EdgeModify = z.infer<typeof EdgeModify>;

/** Puts another node in the place of one; its edges keep id, condition, timing and metadata. */
export const NodeReplacement = z
  .strictObject({
    type: z.literal("node_replacement"),
    targetNodeId: id,
    replacementNodeSpec: NodeSpec,
    extra,
  })
  .readonly();
export type NodeReplacement = z.infer<typeof NodeReplacement>;

/** One step of an {@link EdgeBatchModifications}. */
export const EdgeModification = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("add"), edgeSpec: EdgeSpec }),
    z.strictObject({ type: z.literal("remove"), edgeId: id }),
    z.strictObject({ type: z.literal("modify"), edgeId: id, updates: EdgeUpdates }),
  ])
  .readonly();
export type EdgeModification = z.infer<typeof EdgeModification>;

/** Several edge changes in order, all or none; later ones may refer to what earlier ones added. */
export const EdgeBatchModifications = z
  .strictObject({
    type: z.literal("edge_batch_modifications"),
    edgeModifications: z.array(EdgeModification).min(1).readonly(),
    extra,
  })
  .readonly();
export type EdgeBatchModifications = z.infer<typeof EdgeBatchModifications>;

/** How the branches of a {@link Parallelization} come together. */
export const MergeStrategy = z.enum(["wait_all", "wait_any"]);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

/** Turns a sequence into branches that run at the same time after `entryNode`. */
export const Parallelization = z
  .strictObject({
    type: z.literal("parallelization"),
    entryNode: id,
    /** Each branch lists its node ids in order. */
    branches: z.array(z.array(id).min(1).readonly()).min(2).readonly(),
    /** The join after the branches; made where the graph has no node of that id. */
    mergeNodeId: id.exactOptional(),
    mergeStrategy: MergeStrategy.default("wait_all"),
    extra,
  })
  .readonly();
export type Parallelization = z.infer<typeof Parallelization>;

/** One change of a graph spec. */
export const Change = z.discriminatedUnion("type", [
  NodeConfigUpdate,
  NodeAdd,
  NodeRemove,
  EdgeAdd,
  EdgeRemove,
  EdgeModify,
  NodeReplacement,
  EdgeBatchModifications,
  Parallelization,
]);
export type Change = z.infer<typeof Change>;
export type ChangeType = Change["type"];
