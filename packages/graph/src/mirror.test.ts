import { describe, expect, test } from "vitest";
import { Graph } from "./graph.ts";
import { LiveGraph } from "./live-graph.ts";
import { isRepetition, type MirroredPair } from "./mirrored-pair.ts";
import { defineNode, type NodeDefinition } from "./node.ts";
import { NodeRegistry } from "./registry.ts";
import { ManualClock, sequentialIds } from "./testing.ts";
import { graphVersion } from "./version.ts";

interface Inputs {
  n: number;
  seen?: string[];
}

const sent: string[] = [];
/** What nodes have computed so far. */
let spentMs = 0;
const nodes: readonly NodeDefinition[] = [
  defineNode({ type: "Double", process: async (inputs: unknown) => ({ n: (inputs as Inputs).n * 2 }) }),
  defineNode({ type: "Triple", process: async (inputs: unknown) => ({ n: (inputs as Inputs).n * 3 }) }),
  defineNode({
    type: "Send",
    effects: true,
    process: (inputs: unknown) => {
      sent.push(JSON.stringify(inputs));
      return { ...(inputs as Inputs), receipt: sent.length };
    },
  }),
  defineNode({ type: "Stamp", effects: true, process: () => ({ at: new Date(5), n: Number.NaN }) }),
  defineNode({
    type: "Throw",
    process: () => {
      throw new RangeError("candidate broke");
    },
  }),
  defineNode({
    type: "Overspend",
    process: (_inputs: unknown, context) => {
      context.report({ cost: 2 });
      spentMs += 5;
    },
  }),
  defineNode({ type: "Hang", process: () => new Promise(() => undefined) }),
  defineNode({
    type: "HangOnTwo",
    process: (inputs: unknown) => ((inputs as Inputs).n === 2 ? new Promise(() => undefined) : inputs),
  }),
  defineNode({
    type: "Mutate",
    process: (inputs: unknown) => {
      (inputs as Inputs).n = -1;
      return { n: -1 };
    },
  }),
];

const version = (types: readonly string[]) =>
  graphVersion({
    id: "g",
    start: "0",
    task: { budget: { maxCost: 1 } },
    nodes: types.map((type, at) => ({ id: String(at), type })),
    edges: types.slice(1).map((_, at) => ({ id: `e${at}`, fromNode: String(at), toNode: String(at + 1) })),
  });

function shadow(liveTypes: readonly string[], mirroredTypes: readonly string[], share = 1) {
  const clock = new ManualClock();
  const live = version(liveTypes);
  const mirrored = version(mirroredTypes);
  const graph = new LiveGraph<Inputs>({
    version: live,
    registry: new NodeRegistry(nodes),
    clock,
    ids: sequentialIds(),
    runTimeoutSeconds: 2,
    mirrorLimits: { concurrency: 1, queue: 3 },
  });
  graph.install(mirrored);
  graph.setPlan(
    { kind: "shadow", live: live.versionId, mirrored: mirrored.versionId, mirroredShare: share, salt: "s" },
    0,
  );
  const pairs: MirroredPair[] = [];
  graph.pairs$.subscribe((pair) => pairs.push(pair));
  return { graph, clock, pairs };
}

describe("a mirrored run", () => {
  test("shows how both sides went where the pair is logged or copied", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Throw"]);
    await graph.run({ n: 2 });
    await clock.advance(1);
    expect(structuredClone(pairs)).toMatchObject([
      {
        live: { record: { ok: true, arm: "stable" }, output: { n: 4 } },
        mirrored: { record: { ok: false, arm: "mirror" }, error: { type: "RangeError" } },
      },
    ]);
  });

  test("gets the same input after the live run, and both are paired", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Triple"]);
    expect(await graph.run({ n: 2 })).toEqual({ n: 4 });
    expect(pairs).toEqual([]);
    await clock.advance(1);
    expect(pairs).toMatchObject([
      {
        live: { output: { n: 4 }, outputs: [{ nodeId: "0", output: { n: 4 } }], record: { arm: "stable" } },
        mirrored: { output: { n: 6 }, record: { arm: "mirror", ok: true } },
      },
    ]);
  });

  test.each(["Throw", "Hang", "Mutate"])(
    "on a candidate that does %s leaves the live result alone",
    async (type) => {
      const { graph, clock, pairs } = shadow(["Double"], [type]);
      const inputs = { n: 2 };
      expect(await graph.run(inputs)).toEqual({ n: 4 });
      await clock.advance(3000);
      expect(inputs).toEqual({ n: 2 });
      expect(pairs).toHaveLength(1);
      const error = { Throw: { type: "RangeError" }, Hang: { type: "run_timeout" } }[type];
      if (error !== undefined) expect(pairs[0]?.mirrored.error).toMatchObject(error);
    },
  );

  test("is not shown what the live run did to its input", async () => {
    const { graph, clock, pairs } = shadow(["Mutate"], ["Double"]);
    await graph.run({ n: 2 });
    await clock.advance(1);
    expect(pairs[0]?.mirrored.output).toEqual({ n: 4 });
  });

  test("is answered by the live run's recording where a node acts on the world", async () => {
    sent.length = 0;
    const { graph, clock, pairs } = shadow(["Send", "Double"], ["Send", "Triple"]);
    await graph.run({ n: 2 });
    await clock.advance(1);
    expect(sent).toHaveLength(1);
    expect(pairs[0]?.mirrored.outputs[0]).toMatchObject({
      nodeId: "0",
      effects: true,
      output: { receipt: 1 },
    });
  });

  test("is one to the letter where the world answered what JSON does not know", async () => {
    const { graph, clock, pairs } = shadow(["Stamp"], ["Stamp"]);
    await graph.run({ n: 2 });
    await clock.advance(1);
    expect(pairs.map(isRepetition)).toEqual([true]);
  });

  test("fails where it acts on the world in a way that the live run did not", async () => {
    sent.length = 0;
    const { graph, clock, pairs } = shadow(["Double"], ["Double", "Send"]);
    await graph.run({ n: 2 });
    await clock.advance(1);
    expect(sent).toHaveLength(0);
    expect(pairs[0]?.mirrored.error).toMatchObject({ type: "effect_not_recorded", nodeId: "1" });
  });

  test("is dropped and counted when the queue is full, or the input cannot be copied", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Hang"]);
    for (let n = 0; n < 5; n += 1) await graph.run({ n });
    await graph.run({ n: 1, seen: (() => []) as never });
    expect(graph.mirrorCounts).toEqual({ mirrored: 0, dropped: 2, notCopied: 1 });
    await clock.advance(10_000);
    expect(graph.mirrorCounts).toEqual({ mirrored: 3, dropped: 2, notCopied: 1 });
    expect(pairs).toHaveLength(3);
  });

  test("is given out with others once none is under way, each after its record", async () => {
    const { graph, clock } = shadow(["Double"], ["Triple"]);
    const given: string[] = [];
    graph.runs$.subscribe(({ arm, runId }) => given.push(`${arm} ${runId}`));
    graph.pairs$.subscribe(({ live }) => given.push(`pair of ${live.record.runId}, ${counted()} repeated`));
    const counted = (): number => graph.mirrorCounts.mirrored;
    for (let n = 0; n < 2; n += 1) await graph.run({ n });
    await clock.advance(1);
    expect(given).toEqual([
      "stable live_1-0",
      "stable live_1-1",
      "mirror live_1-2",
      "pair of live_1-0, 2 repeated",
      "mirror live_1-3",
      "pair of live_1-1, 2 repeated",
    ]);
  });

  test("is given out in the next turn where another one waits", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["HangOnTwo"]);
    for (let n = 1; n < 4; n += 1) await graph.run({ n });
    await clock.advance(1);
    expect(pairs.map(({ mirrored }) => mirrored.output)).toEqual([{ n: 1 }]);
    await clock.advance(3000);
    expect(pairs).toHaveLength(3);
  });

  test("is given out in its turn where it ends while others are", async () => {
    const { graph, clock } = shadow(["Double"], ["HangOnTwo"]);
    const given: unknown[] = [];
    graph.pairs$.subscribe(({ live }) => {
      given.push(live.output);
      for (const { versionId } of graph.versions) graph.abortRuns(versionId, new Error("enough"));
    });
    graph.pairs$.subscribe(({ live }) => given.push(live.output));
    for (let n = 1; n < 4; n += 1) await graph.run({ n });
    await clock.advance(5000);
    expect(given).toEqual([2, 4, 6].flatMap((n) => [{ n }, { n }]));
  });

  test("begins when the one before it has ended, whatever comes of the pairs", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Triple"]);
    const now = clock.now.bind(clock);
    let read = 0;
    clock.now = () => now() + (read += 0.125);
    for (let n = 0; n < 3; n += 1) await graph.run({ n });
    await clock.advance(1);
    const [first, second, third] = pairs.map(({ mirrored }) => mirrored.record);
    const endOf = (record = first) => (record?.startedAt ?? 0) + (record?.durationMs ?? 0);
    expect(first?.durationMs).toBeGreaterThan(0);
    expect([second?.startedAt, third?.startedAt]).toEqual([endOf(first), endOf(second)]);
  });

  test("begins at its own time after one that went on with its node when it was over", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Overspend"]);
    const now = clock.now.bind(clock);
    clock.now = () => now() + spentMs;
    for (let n = 0; n < 2; n += 1) await graph.run({ n });
    await clock.advance(1);
    expect(pairs.map(({ mirrored: { record } }) => [record.error?.type, record.durationMs])).toEqual([
      ["budget_exceeded", 0],
      ["budget_exceeded", 0],
    ]);
  });

  test("does not start any more when the plan has changed", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Triple"]);
    await graph.run({ n: 2 });
    graph.setPlan({ kind: "all", version: version(["Double"]).versionId }, 1);
    await clock.advance(10);
    expect(pairs).toEqual([]);
    expect(graph.mirrorCounts.mirrored).toBe(0);
  });

  test("happens for the share of the keys", async () => {
    const { graph, clock, pairs } = shadow(["Double"], ["Double"], 0.3);
    for (let n = 0; n < 300; n += 1) {
      await graph.run({ n }, { key: `k${n}` });
      await clock.advance(1);
    }
    expect(pairs.length).toBeGreaterThan(60);
    expect(pairs.length).toBeLessThan(120);
  });
});

describe("a node that runs another graph with the context it got", () => {
  const inner = Graph.fromSpec<Inputs>(
    {
      id: "inner",
      start: "pay",
      nodes: [
        { id: "pay", type: "Pay" },
        { id: "double", type: "Double" },
      ],
      edges: [{ id: "e", fromNode: "pay", toNode: "double" }],
    },
    new NodeRegistry([
      ...nodes,
      defineNode({
        type: "Pay",
        effects: true,
        process: (inputs: unknown, context) => {
          sent.push("paid");
          context.report({ cost: 2 });
          return inputs;
        },
      }),
    ]),
  );
  const outer = (config: Record<string, unknown>) =>
    graphVersion({
      id: "g",
      start: "nest",
      nodes: [
        { id: "nest", type: "Nest", config },
        { id: "triple", type: "Triple" },
      ],
      edges: [{ id: "e", fromNode: "nest", toNode: "triple" }],
    });
  const registry = new NodeRegistry([
    ...nodes,
    defineNode({ type: "Nest", process: (inputs: unknown, context) => inner.run(inputs as Inputs, context) }),
  ]);

  test.each([{}, { policies: { retry: { maxAttempts: 2 } } }])(
    "goes on with what that gave, and a repetition does not touch the world (%j)",
    async (config) => {
      sent.length = 0;
      const clock = new ManualClock();
      const [live, mirrored] = [outer(config), outer({ ...config, note: "the candidate" })];
      const graph = new LiveGraph<Inputs>({ version: live, registry, clock, ids: sequentialIds() });
      graph.install(mirrored);
      const sides = { live: live.versionId, mirrored: mirrored.versionId };
      graph.setPlan({ kind: "shadow", ...sides, mirroredShare: 1, salt: "s" }, 0);
      const pairs: MirroredPair[] = [];
      graph.pairs$.subscribe((pair) => pairs.push(pair));
      expect(await graph.run({ n: 1 })).toEqual({ n: 6 });
      await clock.advance(1);
      expect(sent).toEqual(["paid"]);
      const gave = ["pay", "double", "nest", "triple"];
      expect(pairs.map(({ live: { outputs } }) => outputs.map(({ nodeId }) => nodeId))).toEqual([gave]);
      expect(pairs.map(({ mirrored: { outputs } }) => outputs.map(({ nodeId }) => nodeId))).toEqual([gave]);
      expect(pairs.map(isRepetition)).toEqual([true]);
      expect(pairs).toMatchObject([
        { live: { record: { cost: 2 }, output: { n: 6 } }, mirrored: { output: { n: 6 } } },
      ]);
    },
  );
});

describe("an override", () => {
  const one = version(["Double"]);
  const two = version(["Triple"]);
  const graph = new LiveGraph<Inputs, { n: number }>({
    version: one,
    registry: new NodeRegistry(nodes),
    override: (key) => (key?.startsWith("staff-") === true ? "candidate" : undefined),
  });
  graph.install(two);
  graph.setPlan(
    {
      kind: "split",
      stable: one.versionId,
      candidate: two.versionId,
      candidateShare: 0,
      salt: "s",
      candidateKeys: ["friend"],
    },
    0,
  );
  const overridden: (boolean | undefined)[] = [];
  graph.runs$.subscribe((record) => overridden.push(record.overridden));

  test("by the run, by a list of keys, and by a function of the key", async () => {
    expect(await graph.run({ n: 1 })).toEqual({ n: 2 });
    expect(await graph.run({ n: 1 }, { prefer: "candidate" })).toEqual({ n: 3 });
    expect(await graph.run({ n: 1 }, { key: "friend" })).toEqual({ n: 3 });
    expect(await graph.run({ n: 1 }, { key: "staff-7" })).toEqual({ n: 3 });
    expect(await graph.run({ n: 1 }, { key: "staff-7", prefer: "stable" })).toEqual({ n: 2 });
    expect(overridden).toEqual([undefined, true, true, true, true]);
  });
});
