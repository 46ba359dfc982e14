import { type CompiledCondition, compileCondition } from "./condition/compile-condition.ts";
import { type Fan, fanOf } from "./fan.ts";
import type { JoinConfig, JoinPlan } from "./join.ts";
import { joinSlots } from "./join-slots.ts";
import type { NodeDefinition, Work } from "./node.ts";
import { NodeTiming } from "./node-timing.ts";
import { type NodePolicies, runUnderPolicies } from "./policies.ts";
import type { BuiltNode, NodeRegistry } from "./registry.ts";
import type { RunContext } from "./run-context.ts";
import { observed } from "./run-observer.ts";
import { SparkError, isSparkError } from "./spark-error.ts";
import type { EdgeSpec, GraphSpec, NodeSpec } from "./spec.ts";
import { isThenable } from "./thenable.ts";
import { traceCode } from "./trace.ts";

/** A node, ready to run: ids have become references, schemas and policies are bound. */
export interface Step {
  readonly index: number;
  readonly id: string;
  /** What a trace gets when it ends well at the first attempt. */
  readonly goodCode: number;
  readonly work: Work;
  readonly effects: boolean;
  /** True where the work is done under policies, and gives an `Outcome` instead of an output. */
  readonly attempted: boolean;
  /** How closely it is timed; the one thing about a step that its runs change. */
  readonly timing: NodeTiming;
  readonly join: JoinPlan | undefined;
  /** The only edge taken on success, where there is one alone and it has no delay and leads to no join. */
  sole: Exit | undefined;
  /** The node that edge leads to, where it has no condition either: there is nothing to decide. */
  next: Step | undefined;
  /** All edges taken on success, in the order they are taken. */
  exits: readonly Exit[];
  /** What its exits lead to, where they are a fork that is run as one step. */
  fan: Fan | undefined;
  /** Edges taken when the node has failed. */
  fallbacks: readonly Exit[];
}

/** An edge, ready to be taken. */
export interface Exit {
  readonly edgeId: string;
  readonly condition: CompiledCondition;
  readonly delayMs: number;
  readonly to: Step;
  /** Which parent edge of a join this is; -1 where the next node is no join. */
  readonly slot: number;
}

/** A graph as it is executed, shared by all runs. */
export interface CompiledGraph {
  readonly start: Step;
  readonly steps: readonly Step[];
  readonly nodeIds: readonly string[];
  readonly joins: readonly JoinPlan[];
}

/** Turns a sound spec into what is executed. Throws what the registry and the conditions refuse. */
export function compileGraph(spec: GraphSpec, registry: Pick<NodeRegistry, "build">): CompiledGraph {
  const parents = parentsOf(spec);
  const joins: JoinPlan[] = [];
  const steps = spec.nodes.map((node, index) => {
    const step = compileNode(node, index, registry.build(node));
    if (node.type !== "Join") return step;
    const join = planJoin(node, joins.length, parents.get(node.id) ?? []);
    joins.push(join);
    return { ...step, join };
  });
  const byId = new Map(steps.map((step) => [step.id, step]));
  connect(spec, byId, parents);
  return {
    start: byId.get(spec.start) as Step,
    steps,
    nodeIds: steps.map(({ id }) => id),
    joins,
  };
}

function compileNode(spec: NodeSpec, index: number, { node, definition, policies }: BuiltNode): Step {
  const work = checked(definition, definition.effects ? observed(spec.id, node) : node);
  return {
    index,
    id: spec.id,
    goodCode: traceCode(index, 1, true),
    work: policies === undefined ? work : underPolicies(spec.id, work, policies),
    effects: definition.effects,
    attempted: policies !== undefined,
    timing: new NodeTiming(),
    join: undefined,
    sole: undefined,
    next: undefined,
    exits: [],
    fan: undefined,
    fallbacks: [],
  };
}

function underPolicies(nodeId: string, work: Work, policies: NodePolicies): Work {
  return {
    process: (inputs, context) =>
      runUnderPolicies(work, policies, { inputs, context: context as RunContext, nodeId }),
  };
}

/** Puts the definition's input and output schemas around a node's work. */
function checked({ input, output }: NodeDefinition, node: Work): Work {
  if (input === undefined && output === undefined) return node;
  const parseOutput = (value: unknown): unknown => parse(output, value, "output");
  return {
    process(inputs, context) {
      const result = node.process(parse(input, inputs, "input"), context);
      return isThenable(result) ? result.then(parseOutput) : parseOutput(result);
    },
  };
}

function parse(schema: NodeDefinition["input"], value: unknown, what: "input" | "output"): unknown {
  const result = schema?.safeParse(value);
  if (result === undefined) return value;
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new SparkError("invalid_input", faults.join("; "), { details: { faults } });
}

function connect(
  spec: GraphSpec,
  steps: ReadonlyMap<string, Step>,
  parents: ReadonlyMap<string, readonly EdgeSpec[]>,
): void {
  const outgoing = new Map<string, EdgeSpec[]>();
  for (const edge of spec.edges) {
    const list = outgoing.get(edge.fromNode);
    if (list === undefined) outgoing.set(edge.fromNode, [edge]);
    else list.push(edge);
  }
  for (const [id, edges] of outgoing) {
    const step = steps.get(id) as Step;
    const ordered = edges.toSorted(byPriorityThenId);
    const exit = (edge: EdgeSpec): Exit => compileExit(edge, steps, parents);
    step.exits = ordered.filter((edge) => edge.onError !== true).map(exit);
    step.fallbacks = ordered.filter((edge) => edge.onError === true).map(exit);
    step.sole = soleExit(step.exits);
    step.next = step.sole?.condition === undefined ? step.sole?.to : undefined;
  }
  const start = steps.get(spec.start) as Step;
  const parentsOf = ({ id }: Step): number => parents.get(id)?.length ?? 0;
  for (const step of steps.values()) step.fan = fanOf(step, { start, parentsOf });
}

function byPriorityThenId(a: EdgeSpec, b: EdgeSpec): number {
  return b.priority - a.priority || (a.id < b.id ? -1 : 1);
}

function soleExit([only, ...others]: readonly Exit[]): Exit | undefined {
  return only !== undefined && others.length === 0 && only.delayMs === 0 && only.slot < 0 ? only : undefined;
}

function compileExit(
  edge: EdgeSpec,
  steps: ReadonlyMap<string, Step>,
  parents: ReadonlyMap<string, readonly EdgeSpec[]>,
): Exit {
  if (edge.eventTopic !== undefined) {
    throw new SparkError(
      "unsupported",
      `Edge "${edge.id}" waits for the event "${edge.eventTopic}". Event-driven edges are kept in documents but ` +
        `not run: replace it by an edge with a condition, or take it out.`,
      { details: { edgeId: edge.id } },
    );
  }
  const to = steps.get(edge.toNode) as Step;
  return {
    edgeId: edge.id,
    condition: conditionOf(edge),
    delayMs: (edge.delaySeconds ?? 0) * 1000,
    to,
    slot: to.join === undefined ? -1 : (parents.get(edge.toNode) ?? []).indexOf(edge),
  };
}

function conditionOf(edge: EdgeSpec): CompiledCondition {
  try {
    return compileCondition(edge.condition);
  } catch (error) {
    if (!isSparkError(error)) throw error;
    const details = { ...error.details, edgeId: edge.id };
    throw new SparkError(error.code, `Edge "${edge.id}": ${error.message}`, { cause: error, details });
  }
}

function parentsOf(spec: GraphSpec): ReadonlyMap<string, readonly EdgeSpec[]> {
  const parents = new Map<string, EdgeSpec[]>();
  for (const edge of spec.edges) {
    const list = parents.get(edge.toNode);
    if (list === undefined) parents.set(edge.toNode, [edge]);
    else list.push(edge);
  }
  return parents;
}

function planJoin(spec: NodeSpec, index: number, parents: readonly EdgeSpec[]): JoinPlan {
  const { mode = "all", quorum } = (spec.config ?? {}) as Partial<JoinConfig>;
  if (quorum !== undefined && quorum > parents.length) {
    throw new SparkError(
      "invalid_config",
      `Node "${spec.id}": quorum ${quorum} can never be met by ${parents.length} parent edges.`,
      { details: { nodeId: spec.id } },
    );
  }
  return {
    index,
    slots: joinSlots(parents),
    edgeIds: parents.map(({ id }) => id),
    needed: mode === "all" ? Math.max(1, parents.length) : mode === "any" ? 1 : (quorum ?? 1),
  };
}
