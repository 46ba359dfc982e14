import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSparkError } from "./spark-error.ts";
import { readSparkJson, writeSparkJson } from "./spark-json.ts";
import { GraphSpec } from "./spec.ts";

/** As `graph_to_json` of the Python project writes it, nulls and all, with keys of a later version. */
const supportGraph = {
  spark_version: "2.0",
  id: "support",
  description: null,
  start: "classify",
  maintainers: ["ann", null],
  nodes: [
    {
      id: "classify",
      type: "Agent",
      description: "sorts tickets",
      inputs: { ticket: "str" },
      outputs: null,
      config: { model: { provider: "openai", model_id: "gpt", client_args: {} }, temperature: null },
      ui: { x: 1, y: null },
      owner: null,
    },
    { id: "answer", type: "Basic", config: { prompt: "naïve \u2028 text" } },
    { id: "escalate", type: "Basic" },
  ],
  edges: [
    {
      id: "e1",
      from_node: "classify",
      to_node: "answer",
      condition: { kind: "expr", expr: "$.outputs.easy == true", equals: null, lambda_source: null },
      priority: 10,
      metadata: {},
      fanout_behavior: "evaluate_all",
      delay_seconds: null,
    },
    { id: "e2", from_id: "classify", to_id: "escalate", condition: "$.outputs.easy == False", weight: 0.5 },
    {
      id: "e3",
      from_node: "answer",
      to_id: "classify",
      condition: { equals: null, expr: "$.outputs.retry" },
      delay_seconds: 0.5,
    },
    {
      id: "e4",
      from_node: "answer",
      to_node: "escalate",
      condition: { kind: "equals", equals: { a: null } },
    },
    {
      id: "e5",
      from_node: "answer",
      to_node: "escalate",
      condition: { kind: "lambda", lambda_source: "x: 1" },
    },
    { id: "e6", from_node: "answer", to_node: "escalate", condition: { kind: "always", note: "why not" } },
    {
      id: "e7",
      from_node: "answer",
      to_node: "escalate",
      event_topic: "tickets.*",
      event_filter: { kind: "python", python_repr: "<function>", expr: null },
    },
  ],
  graph_state: {
    initial_state: { round: 0 },
    concurrent_mode: false,
    backend: { name: "memory" },
    schema: null,
  },
  event_bus: { enabled: true, buffer_size: 100, topics: [] },
  task: { type: "one_off", inputs: {}, budget: { max_seconds: 60, max_tokens: null }, resume_from: null },
  tools: [{ name: "search", function: "tools:search", parameters: [{ name: "q", default: null }] }],
};

describe("readSparkJson", () => {
  const spec = readSparkJson(supportGraph);

  test("gives a spec of ours", () => {
    expect(GraphSpec.parse(spec)).toEqual(spec);
    expect(spec).toMatchObject({
      sparkVersion: "2.0",
      start: "classify",
      extra: { maintainers: ["ann", null] },
      graphState: { initialState: { round: 0 }, extra: { concurrent_mode: false, schema: null } },
      eventBus: { buffer_size: 100 },
      task: { type: "one_off", budget: { maxSeconds: 60 }, extra: { resume_from: null } },
    });
    expect(spec.tools).toEqual(supportGraph.tools);
    expect(spec.nodes[0]).toEqual({
      id: "classify",
      type: "Agent",
      description: "sorts tickets",
      inputs: { ticket: "str" },
      config: supportGraph.nodes[0]?.config,
      extra: { ui: { x: 1, y: null }, owner: null },
    });
  });

  test("reads both names of an edge's ends", () => {
    expect(spec.edges.slice(0, 3).map(({ fromNode, toNode }) => [fromNode, toNode])).toEqual([
      ["classify", "answer"],
      ["classify", "escalate"],
      ["answer", "classify"],
    ]);
  });

  test("reads conditions of every kind, and takes one without a kind for an expression", () => {
    expect(spec.edges.map(({ condition }) => condition)).toEqual([
      { kind: "expr", expr: "$.outputs.easy == true" },
      "$.outputs.easy == False",
      { kind: "expr", expr: "$.outputs.retry" },
      { kind: "equals", equals: { a: null } },
      { kind: "lambda", lambdaSource: "x: 1" },
      { kind: "always", extra: { note: "why not" } },
      undefined,
    ]);
    expect(spec.edges[6]?.eventFilter).toEqual({ kind: "python", pythonRepr: "<function>" });
  });

  test("leaves the document as it was", () => {
    const document = structuredClone(supportGraph);
    readSparkJson(document);
    expect(document).toEqual(supportGraph);
    expect(Object.isFrozen(document.nodes[0]?.config)).toBe(false);
  });

  test("lists every fault with its path in the document", () => {
    const faults = faultsOf({
      id: "",
      nodes: [{ id: "a", type: 3, config: { deep: [{ n: Number.NaN }] } }, { type: "T" }, "node"],
      edges: [
        { id: "e", from_id: 7, to_node: null, priority: "high" },
        { id: "f", from_node: "a", from_id: "b", to_node: "a", condition: { kind: "expr", expr: null } },
        { id: "g", from_node: "a", to_node: "a", condition: { kind: "regex" }, delay_seconds: -1 },
        { id: "h", from_node: "a", to_node: "a", condition: 5 },
      ],
      graph_state: { initial_state: [] },
      task: { budget: { max_seconds: "1" } },
    });
    expect(faults).toEqual([
      ["edges[1].from_id", 'says "b" where from_node says "a"; keep one'],
      ["id", "too small: expected string to have >=1 characters"],
      ["start", "expected string, got nothing"],
      ["graph_state.initial_state", "expected record, got array"],
      ["task.budget.max_seconds", "expected number, got string"],
      ["nodes[0].type", "expected string, got number"],
      ["nodes[0].config.deep[0].n", "expected a JSON value, got NaN"],
      ["nodes[1].id", "expected string, got nothing"],
      ["nodes[2]", "expected object, got string"],
      ["edges[0].from_id", "expected string, got number"],
      ["edges[0].to_node", "expected string, got nothing"],
      ["edges[0].priority", "expected number, got string"],
      ["edges[1].condition.expr", "expected string, got nothing"],
      ["edges[2].condition.kind", "expected one of always, equals, expr, lambda, python"],
      ["edges[2].delay_seconds", "too small: expected number to be >=0"],
      ["edges[3].condition", "expected string or object, got number"],
    ]);
  });

  test("refuses a document whose graph is not sound", () => {
    const faults = faultsOf({
      id: "g",
      start: "nowhere",
      nodes: [
        { id: "a", type: "T" },
        { id: "a", type: "T" },
      ],
      edges: [{ id: "e", from_id: "a", to_node: "b" }],
    });
    expect(faults.map(([path]) => path)).toEqual(["nodes[1].id", "start", "edges[0].to_node"]);
  });

  test.each([
    [undefined, "(root): expected object, got nothing"],
    ["{}", "(root): expected object, got string"],
    [[], "(root): expected object, got array"],
    [{ id: "g", start: "a" }, "nodes: expected a list, got nothing"],
    [{ id: "g", start: "a", nodes: {} }, "nodes: expected a list, got object"],
    [JSON.parse('{"id":"g","tools":[{"__proto__":{"x":1}}]}'), "tools[0]: the key __proto__ is not accepted"],
    [selfContaining(), "nested deeper than 200 levels"],
  ])("refuses %s in plain words", (json, message) => {
    expect(() => readSparkJson(json)).toThrow(message);
  });
});

describe("writeSparkJson", () => {
  test("gives the document back, with known nulls left out and defaults written", () => {
    const written = writeSparkJson(readSparkJson(supportGraph));
    expect(written).toEqual({
      ...supportGraph,
      description: undefined,
      nodes: supportGraph.nodes.map((node) => without(node, "outputs")),
      edges: [
        {
          ...without(supportGraph.edges[0], "delay_seconds"),
          condition: { kind: "expr", expr: "$.outputs.easy == true" },
        },
        {
          id: "e2",
          from_node: "classify",
          to_node: "escalate",
          condition: "$.outputs.easy == False",
          priority: 0,
          weight: 0.5,
        },
        {
          id: "e3",
          from_node: "answer",
          to_node: "classify",
          condition: { kind: "expr", expr: "$.outputs.retry" },
          priority: 0,
          delay_seconds: 0.5,
        },
        ...supportGraph.edges.slice(3, 6).map((edge) => ({ ...edge, priority: 0 })),
        {
          ...supportGraph.edges[6],
          event_filter: { kind: "python", python_repr: "<function>" },
          priority: 0,
        },
      ],
      task: { ...supportGraph.task, budget: { max_seconds: 60 } },
    });
    expect(Object.keys(written as object)).not.toContain("description");
  });

  test("is undone by reading, whatever the document", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const spec = readSparkJson(document);
        const written = JSON.parse(JSON.stringify(writeSparkJson(spec))) as unknown;
        expect(readSparkJson(written)).toEqual(spec);
        expect(written).toEqual(JSON.parse(JSON.stringify(normalised(document))));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test("does not let an extra key replace a known one", () => {
    const spec = GraphSpec.parse({
      id: "g",
      start: "a",
      nodes: [{ id: "a", type: "T", extra: { type: "X" } }],
    });
    expect(writeSparkJson(spec)).toMatchObject({ nodes: [{ id: "a", type: "T" }] });
  });
});

function faultsOf(json: unknown): [string, string][] {
  try {
    readSparkJson(json);
  } catch (error) {
    if (!isSparkError(error, "invalid_spec")) throw error;
    const faults = error.details["faults"] as { path: string; message: string }[];
    return faults.map(({ path, message }) => [path, message]);
  }
  throw new Error("the document was read");
}

function without(value: object | undefined, key: string): object {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => name !== key));
}

function selfContaining(): unknown {
  const config: Record<string, unknown> = {};
  config["again"] = [config, config];
  return { id: "g", start: "a", nodes: [{ id: "a", type: "T", config }] };
}

type Json = Readonly<Record<string, unknown>>;

/** What the writer is to give for a generated document, worked out by hand. */
function normalised(document: Json): Json {
  const compact = (value: Json, known: readonly string[]): Json =>
    Object.fromEntries(
      Object.entries(value).filter(([key, inner]) => inner !== null || !known.includes(key)),
    );
  const edges = document["edges"] as readonly Json[];
  const nodes = document["nodes"] as readonly Json[];
  return {
    ...compact(document, ["description", "event_bus", "tools"]),
    nodes: nodes.map((node) => compact(node, ["config", "description", "inputs", "outputs"])),
    edges: edges.map(({ from_id, to_id, ...edge }) => ({
      ...compact(edge, ["condition", "delay_seconds", "metadata", "description"]),
      from_node: edge["from_node"] ?? from_id,
      to_node: edge["to_node"] ?? to_id,
      priority: edge["priority"] ?? 0,
    })),
  };
}

const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
const object = fc
  .dictionary(fc.string({ minLength: 1 }), json, { maxKeys: 3 })
  .map((value) => ({ ...value }));
const unknownKeys = fc.dictionary(fc.constantFrom("x", "extra", "fromNode", "ui_hint"), json, { maxKeys: 2 });
const orNull = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);
const nodeId = fc.constantFrom("a", "b");
const condition = fc.oneof(
  fc.string(),
  fc.record({ kind: fc.constant("equals"), equals: object }),
  fc.record({ kind: fc.constant("expr"), expr: fc.string() }),
);
const edgeParts = fc.record(
  {
    condition: orNull(condition),
    delay_seconds: orNull(fc.nat()),
    priority: fc.integer(),
    metadata: orNull(object),
    description: orNull(fc.string()),
  },
  { requiredKeys: [] },
);
const ends = fc.oneof(
  fc.record({ from_node: nodeId, to_node: nodeId }),
  fc.record({ from_id: nodeId, to_id: nodeId }),
  fc.record({ from_node: nodeId, to_id: nodeId }),
);
const nodeParts = fc.record(
  { config: orNull(object), description: orNull(fc.string()), inputs: orNull(fc.constant({ q: "str" })) },
  { requiredKeys: [] },
);
const documents: fc.Arbitrary<Json> = fc
  .record({
    nodes: fc.tuple(nodeParts, unknownKeys, nodeParts, unknownKeys),
    edges: fc.array(fc.tuple(edgeParts, unknownKeys, ends), { maxLength: 3 }),
    extra: unknownKeys,
    parts: fc.record(
      { description: orNull(fc.string()), tools: orNull(fc.array(object)) },
      { requiredKeys: [] },
    ),
  })
  .map(({ nodes: [first, firstKeys, second, secondKeys], edges, extra, parts }) => ({
    ...extra,
    ...parts,
    spark_version: "2.0",
    id: "g",
    start: "a",
    nodes: [
      { ...firstKeys, ...first, id: "a", type: "T" },
      { ...secondKeys, ...second, id: "b", type: "T" },
    ],
    edges: edges.map(([edge, keys, ends], index) => ({ ...keys, ...edge, ...ends, id: `e${index}` })),
  }));
