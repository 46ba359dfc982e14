import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Graph, graphToSpec } from "./graph.ts";
import { defineNode } from "./node.ts";
import { NodeRegistry } from "./registry.ts";
import type { NodeContext } from "./run-context.ts";
import { isSparkError } from "./spark-error.ts";
import type { GraphSpecInput } from "./spec.ts";
import { ManualClock } from "./testing.ts";

const add = defineNode({
  type: "Add",
  config: z.strictObject({ by: z.number().default(1) }),
  process: async (inputs: unknown, _context, { by }) => ({ n: (inputs as { n: number }).n + by }),
});
const echo = defineNode({ type: "Echo", process: (inputs: unknown) => inputs });
const fail = defineNode({
  type: "Fail",
  process: () => {
    throw new TypeError("no such thing");
  },
});

function build(
  spec: Partial<GraphSpecInput> & Pick<GraphSpecInput, "nodes">,
  nodes: readonly ReturnType<typeof defineNode>[] = [],
): Graph {
  const registry = new NodeRegistry([add, echo, fail, ...nodes]);
  return Graph.fromSpec({ id: "g", start: spec.nodes[0]?.id ?? "", ...spec }, registry);
}

async function errorOf(promise: Promise<unknown>): Promise<Error & { code?: string; details?: unknown }> {
  return promise.then(
    () => expect.fail("expected a rejection"),
    (error: unknown) => error as Error,
  );
}

const edge = (fromNode: string, toNode: string, rest: object = {}) => ({
  id: `${fromNode}-${toNode}`,
  fromNode,
  toNode,
  ...rest,
});

/** What some library takes for a promise. */
function thenable(then: (resolve: (value: unknown) => void) => void): object {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what the test is about
  return { then };
}

/** A promise of a library's own kind, which answers twice and within the call. */
class EagerPromise extends Promise<{ n: number }> {
  readonly #n: number;

  constructor(n: number) {
    super(() => undefined);
    this.#n = n;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise whose `then` is its own is what this is about
  override then<A, B>(answer?: ((value: { n: number }) => A | PromiseLike<A>) | null): Promise<A | B> {
    const first = answer?.({ n: this.#n });
    answer?.({ n: -1 });
    return Promise.resolve(first as A);
  }
}

const eager = defineNode({
  type: "Eager",
  process: (inputs: unknown) => new EagerPromise((inputs as { n: number }).n + 1),
});

describe("a node that gives a promise of its own kind", () => {
  test("is followed once, though the promise answers twice", async () => {
    let executions = 0;
    const count = defineNode({
      type: "Count",
      process: async (inputs: unknown) => {
        executions += 1;
        return inputs;
      },
    });
    const nodes = [
      { id: "a", type: "Eager" },
      { id: "b", type: "Count" },
    ];
    const graph = build({ nodes, edges: [edge("a", "b")] }, [eager, count]);
    expect(await graph.run({ n: 1 })).toEqual({ n: 2 });
    expect(executions).toBe(1);
  });

  test("may stand in a long loop, though the promise answers within the call", async () => {
    const edges = [edge("a", "a", { condition: "$.outputs.n < 20000" })];
    const graph = build({ nodes: [{ id: "a", type: "Eager" }], edges }, [eager]);
    expect(await graph.run({ n: 0 })).toEqual({ n: 20_000 });
  });
});

describe("a chain", () => {
  test("hands each output to the next node and gives the last one", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Add" },
        { id: "b", type: "Add", config: { by: 10 } },
      ],
      edges: [edge("a", "b")],
    });
    expect(await graph.run({ n: 1 })).toEqual({ n: 12 });
  });

  test("takes an empty object, a string and null for what they are", async () => {
    const graph = build({ nodes: [{ id: "a", type: "Echo" }] });
    expect(await graph.run({})).toEqual({});
    expect(await graph.run("")).toBe("");
    expect(await graph.run(null)).toBeNull();
  });

  test("gives back the spec it was built from", () => {
    const graph = build({ nodes: [{ id: "a", type: "Add", config: { by: 2 } }] });
    expect(graphToSpec(Graph.fromSpec(graphToSpec(graph), new NodeRegistry([add])))).toEqual(graph.spec);
  });

  test("serves a thousand runs at once, each with its own result", async () => {
    const slow = defineNode({
      type: "Slow",
      process: async (inputs: unknown, context: NodeContext) => {
        context.state["n"] = (inputs as { n: number }).n;
        for (let turn = 0; turn < (inputs as { n: number }).n % 7; turn += 1) await Promise.resolve();
        return { n: context.state["n"] };
      },
    });
    const graph = build(
      {
        nodes: [
          { id: "a", type: "Slow" },
          { id: "b", type: "Add" },
          { id: "c", type: "Add" },
          { id: "join", type: "Join" },
        ],
        edges: [edge("a", "b"), edge("a", "c"), edge("b", "join"), edge("c", "join")],
      },
      [slow],
    );
    const results = await Promise.all(Array.from({ length: 1000 }, (_, n) => graph.run({ n })));
    expect(results).toEqual(Array.from({ length: 1000 }, (_, n) => ({ b: { n: n + 1 }, c: { n: n + 1 } })));
  });
});

describe("branches", () => {
  test("are taken by their conditions", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Echo" },
        { id: "high", type: "Add", config: { by: 100 } },
        { id: "low", type: "Add", config: { by: -100 } },
      ],
      edges: [
        edge("a", "high", { condition: "$.outputs.n >= 10" }),
        edge("a", "low", { condition: "$.outputs.n < 10" }),
      ],
    });
    expect(await graph.run({ n: 10 })).toEqual({ n: 110 });
    expect(await graph.run({ n: 9 })).toEqual({ n: -91 });
  });

  test("that end apart give an object by node, in the order of the spec", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Echo" },
        { id: "x", type: "Add" },
        { id: "y", type: "Echo" },
      ],
      edges: [edge("a", "y", { priority: 5 }), edge("a", "x")],
    });
    const result = await graph.run({ n: 1 });
    expect(result).toEqual({ x: { n: 2 }, y: { n: 1 } });
    expect(Object.keys(result as object)).toEqual(["x", "y"]);
  });

  test("start in descending priority, equal ones by edge id", async () => {
    const order: string[] = [];
    const note = defineNode({
      type: "Note",
      config: z.strictObject({ as: z.string() }),
      process: async (_inputs: unknown, _context, config) => void order.push(config.as),
    });
    const graph = build(
      {
        nodes: [
          { id: "a", type: "Echo" },
          ...["p", "q", "r"].map((id) => ({ id, type: "Note", config: { as: id } })),
        ],
        edges: [
          { id: "2", fromNode: "a", toNode: "q" },
          { id: "1", fromNode: "a", toNode: "p" },
          { id: "3", fromNode: "a", toNode: "r", priority: 1 },
        ],
      },
      [note],
    );
    await graph.run({});
    expect(order).toEqual(["r", "p", "q"]);
  });

  test("run at the same time", async () => {
    let open = 0;
    let most = 0;
    const busy = defineNode({
      type: "Busy",
      process: async () => {
        most = Math.max(most, (open += 1));
        await Promise.resolve();
        open -= 1;
      },
    });
    const graph = build(
      {
        nodes: [
          { id: "a", type: "Echo" },
          { id: "x", type: "Busy" },
          { id: "y", type: "Busy" },
        ],
        edges: [edge("a", "x"), edge("a", "y")],
      },
      [busy],
    );
    await graph.run({});
    expect(most).toBe(2);
  });

  test("abort their siblings when one of them fails, and the run says which node it was", async () => {
    let seen: unknown;
    const wait = defineNode({
      type: "Wait",
      process: (_inputs: unknown, { signal }: NodeContext) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            seen = signal.reason;
            reject(signal.reason as Error);
          });
        }),
    });
    const graph = build(
      {
        nodes: [
          { id: "a", type: "Echo" },
          { id: "x", type: "Wait" },
          { id: "y", type: "Fail" },
        ],
        edges: [edge("a", "x", { priority: 1 }), edge("a", "y")],
      },
      [wait],
    );
    const error = await errorOf(graph.run({}));
    expect(error).toMatchObject({
      code: "node_failed",
      message: 'Node "y" failed: no such thing',
      details: { nodeId: "y", attempt: 1, type: "TypeError" },
    });
    expect(seen).toBe(error);
  });
});

describe("a loop", () => {
  const loop = (maxSteps?: number): Graph =>
    Graph.fromSpec(
      {
        id: "g",
        start: "a",
        nodes: [
          { id: "a", type: "Add" },
          { id: "end", type: "Echo" },
        ],
        edges: [
          edge("a", "a", { condition: "$.outputs.n < 100" }),
          edge("a", "end", { condition: "$.outputs.n >= 100" }),
        ],
      },
      new NodeRegistry([add, echo]),
      maxSteps === undefined ? {} : { maxSteps },
    );

  test("goes on until its condition fails", async () => {
    expect(await loop().run({ n: 0 })).toEqual({ n: 100 });
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a step limit of %s", (maxSteps) => {
    expect(() => loop(maxSteps)).toThrow(/maxSteps: expected a whole number above 0/);
  });

  test("ends at the step limit with an error that says so", async () => {
    expect(await loop(101).run({ n: 0 })).toEqual({ n: 100 });
    expect(await errorOf(loop(100).run({ n: 0 }))).toMatchObject({ code: "step_limit" });
  });

  test("that forks at each turn goes on as long as any other, though none of its nodes waits", async () => {
    const turns = 20_000;
    const forking = Graph.fromSpec(
      {
        id: "g",
        start: "a",
        nodes: [
          { id: "a", type: "Add" },
          { id: "end", type: "Echo" },
        ],
        edges: [edge("a", "a", { condition: `$.outputs.n < ${turns}` }), edge("a", "end")],
      },
      new NodeRegistry([add, echo]),
    );
    const { end: ends } = (await forking.run({ n: 0 })) as {
      readonly end: readonly { readonly n: number }[];
    };
    expect(ends.map(({ n }) => n).toSorted((x, y) => x - y)).toEqual(
      Array.from({ length: turns }, (_, turn) => turn + 1),
    );
  });
});

describe("a failing node", () => {
  test("takes its fallback edge, which carries the inputs and the error", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Fail" },
        { id: "normal", type: "Echo" },
        { id: "rescue", type: "Echo" },
      ],
      edges: [edge("a", "normal"), edge("a", "rescue", { onError: true })],
    });
    expect(await graph.run({ n: 1 })).toEqual({
      inputs: { n: 1 },
      error: { type: "TypeError", message: "no such thing", nodeId: "a", attempt: 1 },
    });
  });

  test("does not take its fallback edge when all is well", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Echo" },
        { id: "normal", type: "Add" },
        { id: "rescue", type: "Fail" },
      ],
      edges: [edge("a", "normal"), edge("a", "rescue", { onError: true })],
    });
    expect(await graph.run({ n: 1 })).toEqual({ n: 2 });
  });

  test("fails the run where the condition of none of its fallback edges holds", async () => {
    const graph = build({
      nodes: [
        { id: "a", type: "Fail" },
        { id: "rescue", type: "Echo" },
      ],
      edges: [edge("a", "rescue", { onError: true, condition: "$.outputs.error.type == 'RangeError'" })],
    });
    expect(await errorOf(graph.run({}))).toMatchObject({ code: "node_failed", details: { nodeId: "a" } });
  });

  test("keeps the original error as the cause", async () => {
    const error = await errorOf(build({ nodes: [{ id: "a", type: "Fail" }] }).run({}));
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

describe("schemas of a node", () => {
  const strict = defineNode({
    type: "Strict",
    input: z.object({ n: z.number() }),
    output: z.object({ n: z.number().max(10) }),
    process: ({ n }) => ({ n: n * 2 }),
  });

  test("refuse inputs and outputs that do not fit, naming node and path", async () => {
    const graph = build({ nodes: [{ id: "a", type: "Strict" }] }, [strict]);
    expect(await graph.run({ n: 5 })).toEqual({ n: 10 });
    expect((await errorOf(graph.run({ n: "x" }))).message).toMatch(/Node "a" failed: input\.n: .*number/);
    expect((await errorOf(graph.run({ n: 6 }))).message).toMatch(/Node "a" failed: output\.n: /);
  });

  test("refuse a config that does not fit when the graph is built", () => {
    expect(() => build({ nodes: [{ id: "a", type: "Add", config: { by: "x" } }] })).toThrow(
      /Node "a" \(Add\): config\.by/,
    );
    expect(() => build({ nodes: [{ id: "a", type: "Add", config: { bye: 1 } }] })).toThrow(/bye/);
  });

  test("an unknown type is refused with the node's id and the types there are", () => {
    expect(() => build({ nodes: [{ id: "a", type: "Nope" }] })).toThrow(
      /Node "a": expected a registered node type .*"Add".* got "Nope"/,
    );
  });
});

describe("limits", () => {
  const hang = defineNode({ type: "Hang", process: () => new Promise<never>(() => undefined) });

  test("a signal ends a run at once, even if its node does not listen", async () => {
    const graph = build({ nodes: [{ id: "a", type: "Hang" }] }, [hang]);
    const controller = new AbortController();
    const run = errorOf(graph.run({}, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    expect((await run).message).toBe("enough");
    expect((await errorOf(graph.run({}, { signal: AbortSignal.abort(new Error("before")) }))).message).toBe(
      "before",
    );
  });

  test("a run within a node ends with the run around it", async () => {
    const signals: AbortSignal[] = [];
    const listen = defineNode({
      type: "Listen",
      process: (_inputs: unknown, { signal }: NodeContext) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const inner = Graph.fromSpec(
      { id: "inner", start: "a", nodes: [{ id: "a", type: "Listen" }] },
      new NodeRegistry([listen]),
    );
    const nest = defineNode({
      type: "Nest",
      process: (inputs: unknown, context) => inner.run(inputs, context),
    });
    const outer = Graph.fromSpec(
      { id: "outer", start: "a", nodes: [{ id: "a", type: "Nest" }] },
      new NodeRegistry([nest]),
    );
    const controller = new AbortController();
    const run = errorOf(outer.run({}, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    expect((await run).message).toBe("enough");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test("the task's budget of seconds ends a run", async () => {
    const clock = new ManualClock();
    const graph = Graph.fromSpec(
      { id: "g", start: "a", nodes: [{ id: "a", type: "Hang" }], task: { budget: { maxSeconds: 5 } } },
      new NodeRegistry([hang]),
      { clock },
    );
    const run = errorOf(graph.run({}));
    await clock.advance(4999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(isSparkError(await run, "run_timeout")).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("a run that is aborted leaves no timer of its budget behind", async () => {
    const clock = new ManualClock();
    const graph = Graph.fromSpec(
      { id: "g", start: "a", nodes: [{ id: "a", type: "Hang" }], task: { budget: { maxSeconds: 5 } } },
      new NodeRegistry([hang]),
      { clock },
    );
    const controller = new AbortController();
    const run = errorOf(graph.run({}, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    expect((await run).message).toBe("enough");
    expect(clock.pending).toBe(0);
  });

  test("a node may give a promise of any make", async () => {
    class Own<T> extends Promise<T> {}
    const twice = (resolve: (value: unknown) => void): void => {
      resolve({ n: 1 });
      resolve({ n: 2 });
    };
    const makes: Record<string, () => unknown> = {
      Own: () => Own.resolve({ n: 1 }),
      Foreign: () => thenable((resolve) => resolve({ n: 1 })),
      Twice: () => thenable(twice),
    };
    for (const [type, process] of Object.entries(makes)) {
      const spec = { id: "g", start: "a", nodes: [{ id: "a", type }] };
      const graph = Graph.fromSpec(spec, new NodeRegistry([defineNode({ type, process })]));
      expect(await graph.run({})).toEqual({ n: 1 });
    }
  });

  test("a promise that breaks its own rules fails the node that gave it", async () => {
    const breaks = defineNode({
      type: "Breaks",
      process: () =>
        thenable(() => {
          throw new RangeError("no promise at all");
        }),
    });
    const graph = Graph.fromSpec(
      { id: "g", start: "a", nodes: [{ id: "a", type: "Breaks" }] },
      new NodeRegistry([breaks]),
    );
    const error = await errorOf(graph.run({}));
    expect(isSparkError(error, "node_failed")).toBe(true);
    expect(error).toMatchObject({ details: { type: "RangeError", nodeId: "a" } });
  });

  test("the task's budget of tokens ends a run", async () => {
    const spend = defineNode({
      type: "Spend",
      process: async (inputs: unknown, context: NodeContext) => {
        context.report({ tokens: 40 });
        return inputs;
      },
    });
    const graph = build(
      {
        nodes: ["a", "b", "c"].map((id) => ({ id, type: "Spend" })),
        edges: [edge("a", "b"), edge("b", "c")],
        task: { budget: { maxTokens: 100 } },
      },
      [spend],
    );
    expect(await errorOf(graph.run({}))).toMatchObject({ code: "budget_exceeded" });
  });
});

describe("state", () => {
  test("starts from a copy of the initial state and is seen by conditions", async () => {
    const count = defineNode({
      type: "Count",
      process: (inputs: unknown, { state }: NodeContext) => {
        (state["seen"] as number[]).push(1);
        return inputs;
      },
    });
    const graph = build(
      {
        nodes: [
          { id: "a", type: "Count" },
          { id: "end", type: "Add" },
        ],
        edges: [
          edge("a", "a", { condition: "$.state.seen.2 == null" }),
          edge("a", "end", { condition: "$.state.seen.2 == 1" }),
        ],
        graphState: { initialState: { seen: [] } },
      },
      [count],
    );
    expect(await graph.run({ n: 0 })).toEqual({ n: 1 });
    expect(await graph.run({ n: 0 })).toEqual({ n: 1 });
    expect(graph.spec.graphState?.initialState).toEqual({ seen: [] });
  });
});

describe("what a graph cannot run", () => {
  test("an event-driven edge is kept in the document and refused when a graph is built", () => {
    expect(() =>
      build({
        nodes: [
          { id: "a", type: "Echo" },
          { id: "b", type: "Echo" },
        ],
        edges: [edge("a", "b", { eventTopic: "ticks" })],
      }),
    ).toThrow(/Edge "a-b" waits for the event "ticks"/);
  });

  test("a condition with a mistake is refused with the edge's id", () => {
    expect(() =>
      build({
        nodes: [
          { id: "a", type: "Echo" },
          { id: "b", type: "Echo" },
        ],
        edges: [edge("a", "b", { condition: "$.outputs.n >" })],
      }),
    ).toThrow(/Edge "a-b": /);
  });

  test("a spec with faults is refused with all of them", () => {
    expect(() =>
      build({
        nodes: [
          { id: "a", type: "Echo" },
          { id: "a", type: "Echo" },
        ],
        edges: [edge("a", "nowhere")],
      }),
    ).toThrow(/nodes\[1\][\s\S]*nowhere/);
  });
});

describe("a delay", () => {
  test("holds the next node back by the clock", async () => {
    const clock = new ManualClock(0);
    const graph = Graph.fromSpec(
      {
        id: "g",
        start: "a",
        nodes: [
          { id: "a", type: "Echo" },
          { id: "b", type: "Echo" },
        ],
        edges: [edge("a", "b", { delaySeconds: 2 })],
      },
      new NodeRegistry([echo]),
      { clock },
    );
    let done = false;
    const run = graph.run({}).then(() => (done = true));
    await clock.advance(1999);
    expect(done).toBe(false);
    await clock.advance(1);
    await run;
    expect(done).toBe(true);
  });
});
