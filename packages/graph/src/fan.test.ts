import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Graph, type GraphOptions } from "./graph.ts";
import { defineNode } from "./node.ts";
import { NodeRegistry } from "./registry.ts";
import { type NodeContext, RunContext } from "./run-context.ts";
import { ManualClock } from "./testing.ts";
import { Trace } from "./trace.ts";

let flakyTries = 0;
let stopped: unknown;
let sometimesMs = 0;

const registry = new NodeRegistry([
  defineNode({ type: "Echo", process: (inputs: unknown) => inputs }),
  defineNode({
    type: "After",
    config: z.strictObject({ ms: z.number() }),
    process: async (inputs: unknown, { clock }: NodeContext, { ms }) => {
      await clock.sleep(ms);
      return [inputs, ms];
    },
  }),
  defineNode({
    type: "Sometimes",
    process: async (inputs: unknown, { clock }: NodeContext) => {
      if (sometimesMs > 0) await clock.sleep(sometimesMs);
      return inputs;
    },
  }),
  defineNode({
    type: "FailAfter",
    config: z.strictObject({ turns: z.number() }),
    process: async (_inputs: unknown, _context: NodeContext, { turns }) => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      throw new RangeError(`after ${turns}`);
    },
  }),
  defineNode({
    type: "Throw",
    process: () => {
      throw new TypeError("at once");
    },
  }),
  defineNode({
    type: "Wait",
    process: (_inputs: unknown, { signal }: NodeContext) =>
      new Promise(() => signal.addEventListener("abort", () => (stopped = signal.reason))),
  }),
  defineNode({
    type: "Flaky",
    process: () => {
      flakyTries += 1;
      if (flakyTries < 3) throw new Error("not yet");
      return "third time";
    },
  }),
  defineNode({ type: "Lazy", process: () => new LazyPromise() }),
  defineNode({ type: "Twice", process: () => new TwicePromise() }),
  defineNode({
    type: "Nameless",
    process: async () => {
      throw Object.create(null) as Error;
    },
  }),
]);

/** A promise of a library's own kind, which answers twice. */
class TwicePromise extends Promise<string> {
  constructor() {
    super(() => undefined);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise whose `then` is its own is what this is about
  override then<A, B>(answer?: ((value: string) => A | PromiseLike<A>) | null): Promise<A | B> {
    const first = answer?.("first");
    answer?.("second");
    return Promise.resolve(first as A);
  }
}

/** A promise as database clients hand them out: it does its work each time it is asked for the result. */
class LazyPromise {
  asked = 0;

  // oxlint-disable-next-line unicorn/no-thenable -- a thenable that is no promise is what this is about
  then(resolve: (value: string) => void): void {
    this.asked += 1;
    resolve(`asked ${this.asked} times`);
  }
}

interface Branch {
  readonly type: string;
  readonly config?: object;
}

/** `s`, the branches as `b0`, `b1`, …, and the join `j`; a condition that always holds keeps it from being a fan. */
function graphOf(
  branches: readonly Branch[],
  options: GraphOptions & { readonly asFan?: boolean } = {},
): Graph {
  const { asFan = true, ...rest } = options;
  return Graph.fromSpec(
    {
      id: "g",
      start: "s",
      nodes: [
        { id: "s", type: "Echo" },
        ...branches.map((branch, at) => ({ id: `b${at}`, ...branch, config: { ...branch.config } })),
        { id: "j", type: "Join" },
      ],
      edges: branches.flatMap((_, at) => [
        { id: `in${at}`, fromNode: "s", toNode: `b${at}`, ...(asFan ? {} : { condition: "1 == 1" }) },
        { id: `out${at}`, fromNode: `b${at}`, toNode: "j" },
      ]),
    },
    registry,
    rest,
  );
}

const failureOf = (graph: Graph): Promise<unknown> => graph.run({}).catch((error: unknown) => error);

describe("a fan", () => {
  test.each([true, false])(
    "gives its join all outputs, in the order of the edges (as a fan: %s)",
    async (asFan) => {
      const clock = new ManualClock(0);
      const branches = [30, 10, 20].map((ms) => ({ type: "After", config: { ms } }));
      const graph = graphOf([...branches, { type: "Echo" }], { asFan, clock });
      const context = new RunContext(clock);
      context.trace = new Trace(context.clock.now());
      const run = graph.run("in", context);
      await clock.advance(30);
      const outputs = await run;
      expect(outputs).toEqual({ b0: ["in", 30], b1: ["in", 10], b2: ["in", 20], b3: "in" });
      expect(Object.keys(outputs as object)).toEqual(["b0", "b1", "b2", "b3"]);
      expect(
        context.trace.toNodeRuns(graph.nodeIds).map(({ nodeId, durationMs }) => [nodeId, durationMs]),
      ).toEqual([
        ["s", 0],
        ["b3", 0],
        ["b1", 10],
        ["b2", 20],
        ["b0", 30],
        ["j", 0],
      ]);
    },
  );

  test("of quick branches reads the clock once, and again for each of them after one of them took long", async () => {
    const clock = new ManualClock(0);
    const graph = graphOf([{ type: "Echo" }, { type: "Sometimes" }, { type: "Echo" }], { clock });
    const times = async (): Promise<readonly number[]> => {
      const context = new RunContext(clock);
      context.trace = new Trace(clock.now());
      const run = graph.run({}, context);
      await clock.advance(sometimesMs);
      await run;
      return context.trace.toNodeRuns(graph.nodeIds).map(({ durationMs }) => durationMs);
    };
    for (let run = 0; run < 40; run += 1) await times();
    let reads = 0;
    const now = clock.now.bind(clock);
    clock.now = () => {
      reads += 1;
      return now();
    };
    await times();
    const whenQuick = reads;
    sometimesMs = 8;
    expect(await times()).toEqual([0, 8, 8, 8, 0]);
    reads = 0;
    expect(await times()).toEqual([0, 0, 0, 8, 0]);
    expect(reads).toBeGreaterThan(whenQuick);
  });

  test.each([
    ["the one that fails first", [5, 2, 3], "b1"],
    ["the first of those that fail at once", [4, 2, 2], "b1"],
  ])("names %s", async (_what, turns, nodeId) => {
    const branches = turns.map((count) => ({ type: "FailAfter", config: { turns: count } }));
    const expected = { code: "node_failed", details: { nodeId, type: "RangeError" } };
    expect(await failureOf(graphOf(branches))).toMatchObject(expected);
    expect(await failureOf(graphOf(branches, { asFan: false }))).toMatchObject(expected);
  });

  test("tells the other branches to stop, and starts none after one that throws", async () => {
    const error = await failureOf(graphOf([{ type: "Wait" }, { type: "Throw" }, { type: "Flaky" }]));
    expect(error).toMatchObject({ details: { nodeId: "b1", type: "TypeError" } });
    expect(stopped).toBe(error);
    expect(flakyTries).toBe(0);
  });

  test("heeds the policies of its branches", async () => {
    const policies = { retry: { maxAttempts: 3 } };
    const graph = graphOf([{ type: "Flaky", config: { policies } }, { type: "Echo" }]);
    const context = new RunContext();
    context.trace = new Trace(context.clock.now());
    expect(await graph.run(1, context)).toEqual({ b0: "third time", b1: 1 });
    expect(context.trace.toNodeRuns(graph.nodeIds)).toContainEqual(
      expect.objectContaining({ nodeId: "b0", attempts: 3, ok: true }),
    );
    const failing = graphOf([{ type: "Throw", config: { policies } }, { type: "Echo" }]);
    expect(await failureOf(failing)).toMatchObject({ details: { nodeId: "b0", attempt: 3 } });
  });

  test("asks a lazy promise once", async () => {
    expect(await graphOf([{ type: "Lazy" }, { type: "Echo" }]).run(1)).toEqual({
      b0: "asked 1 times",
      b1: 1,
    });
  });

  test("takes the first answer of a promise that gives two, and waits for the other branches", async () => {
    const clock = new ManualClock(0);
    const graph = graphOf([{ type: "Twice" }, { type: "After", config: { ms: 5 } }], { clock });
    const run = graph.run(1);
    await clock.advance(5);
    expect(await run).toEqual({ b0: "first", b1: [1, 5] });
  });

  test("ends also by a cause that has no text", async () => {
    const error = await failureOf(graphOf([{ type: "Nameless" }, { type: "Echo" }]));
    expect(error).toMatchObject({ code: "node_failed", details: { nodeId: "b0", type: "Error" } });
  });

  test("counts every branch as a step", async () => {
    const echoes = [{ type: "Echo" }, { type: "Echo" }];
    expect(await graphOf(echoes, { maxSteps: 4 }).run(1)).toEqual({ b0: 1, b1: 1 });
    expect(await failureOf(graphOf(echoes, { maxSteps: 3 }))).toMatchObject({ code: "step_limit" });
    expect(await failureOf(graphOf(echoes, { maxSteps: 2 }))).toMatchObject({ code: "step_limit" });
  });
});
