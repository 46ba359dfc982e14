import { z } from "zod";
import { JsonObject } from "./json.ts";

/**
 * Keys of a document that this version does not know. `readSparkJson` puts them here and `writeSparkJson`
 * puts them back, so that no document loses anything on its way through.
 */
const extra = JsonObject.exactOptional();

/**
 * When an edge is taken, as an object.
 *
 * - `always`: whenever its source node has ended well
 * - `equals`: when every pair equals the field of that name (a dotted path) in the source node's output
 * - `expr`: when the expression is truthy; see `parseExpression` for the language
 * - `lambda`, `python`: code of the Python project; kept in the document, refused when a graph is built
 */
export const ConditionSpec = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("always"), description: z.string().exactOptional(), extra }),
    z.strictObject({
      kind: z.literal("equals"),
      equals: JsonObject,
      description: z.string().exactOptional(),
      extra,
    }),
    z.strictObject({
      kind: z.literal("expr"),
      expr: z.string(),
      description: z.string().exactOptional(),
      extra,
    }),
    z.strictObject({
      kind: z.literal("lambda"),
      lambdaSource: z.string().exactOptional(),
      description: z.string().exactOptional(),
      extra,
    }),
    z.strictObject({
      kind: z.literal("python"),
      pythonRepr: z.string().exactOptional(),
      description: z.string().exactOptional(),
      extra,
    }),
  ])
  .readonly();
export type ConditionSpec = z.infer<typeof ConditionSpec>;

/** When an edge is taken: an expression as text, or a {@link ConditionSpec}. Absent means always. */
export const Condition = z.union([z.string(), ConditionSpec]);
export type Condition = z.infer<typeof Condition>;

/**
 * One node of a graph. `type` names a definition in the registry; `config` belongs to that definition, but
 * for the key `policies`, which the runtime reads (see `NodePolicies`).
 */
export const NodeSpec = z
  .strictObject({
    id: z.string().min(1),
    type: z.string().min(1),
    description: z.string().exactOptional(),
    config: JsonObject.exactOptional(),
    inputs: z.record(z.string(), z.string()).readonly().exactOptional(),
    outputs: z.record(z.string(), z.string()).readonly().exactOptional(),
    extra,
  })
  .readonly();
export type NodeSpec = z.infer<typeof NodeSpec>;

/** One edge of a graph: where the output of a node goes next, and when. */
export const EdgeSpec = z
  .strictObject({
    id: z.string().min(1),
    fromNode: z.string().min(1),
    toNode: z.string().min(1),
    condition: Condition.exactOptional(),
    /** Edges of a node are taken in descending priority, equal ones by id. */
    priority: z.int().default(0),
    description: z.string().exactOptional(),
    /** Seconds to wait before the next node starts. */
    delaySeconds: z.number().nonnegative().exactOptional(),
    /** True for a fallback: taken when the source node has failed, instead of when it has ended well. */
    onError: z.boolean().exactOptional(),
    /** Event-driven edges of the Python project: kept in the document, refused when a graph is built. */
    eventTopic: z.string().exactOptional(),
    eventFilter: Condition.exactOptional(),
    fanoutBehavior: z.enum(["evaluate_all", "first_match"]).exactOptional(),
    metadata: JsonObject.exactOptional(),
    extra,
  })
  .readonly();
export type EdgeSpec = z.infer<typeof EdgeSpec>;

/** State that the nodes of one run share. Each run starts from a copy of `initialState`. */
export const GraphStateSpec = z.strictObject({ initialState: JsonObject.default({}), extra }).readonly();
export type GraphStateSpec = z.infer<typeof GraphStateSpec>;

/** What a run may use at the most. Absent means no limit. */
export const BudgetSpec = z
  .strictObject({
    maxSeconds: z.number().positive().exactOptional(),
    maxTokens: z.number().positive().exactOptional(),
    maxCost: z.number().positive().exactOptional(),
    extra,
  })
  .readonly();
export type BudgetSpec = z.infer<typeof BudgetSpec>;

/** The task a graph was written for: its kind, its fixed inputs, and its budget. */
export const TaskSpec = z
  .strictObject({
    type: z.string().exactOptional(),
    inputs: JsonObject.exactOptional(),
    budget: BudgetSpec.exactOptional(),
    extra,
  })
  .readonly();
export type TaskSpec = z.infer<typeof TaskSpec>;

/** A graph as data: everything a run needs, nothing that a run changes. */
export const GraphSpec = z
  .strictObject({
    sparkVersion: z.string().default("2.0"),
    id: z.string().min(1),
    description: z.string().exactOptional(),
    /** Id of the node that receives the inputs of a run. */
    start: z.string().min(1),
    nodes: z.array(NodeSpec).readonly(),
    edges: z.array(EdgeSpec).readonly().default([]),
    graphState: GraphStateSpec.exactOptional(),
    eventBus: JsonObject.exactOptional(),
    task: TaskSpec.exactOptional(),
    tools: z.array(JsonObject).readonly().exactOptional(),
    extra,
  })
  .readonly();
export type GraphSpec = z.infer<typeof GraphSpec>;

/** A spec as a person writes it: what has a default may be left out. */
export type GraphSpecInput = z.input<typeof GraphSpec>;
