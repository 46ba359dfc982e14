import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { bucketOf, saltSeed } from "./bucket.ts";
import { LiveGraph } from "./live-graph.ts";
import { defineNode } from "./node.ts";
import { NodeRegistry } from "./registry.ts";
import type { NodeContext } from "./run-context.ts";
import type { RunRecord } from "./run-record.ts";
import { ManualClock, sequentialIds } from "./testing.ts";
import type { TrafficPlan } from "./traffic-plan.ts";
import { graphVersion } from "./version.ts";

const gates: (() => void)[] = [];
const registry = new NodeRegistry([
  defineNode({
    type: "Say",
    config: z.strictObject({ word: z.string() }),
    process: (_inputs: unknown, context: NodeContext, { word }) => {
      context.report({ cost: 2, tokens: 3, quality: 0.5 });
      return word;
    },
  }),
  defineNode({ type: "Gate", process: () => new Promise<void>((resolve) => gates.push(resolve)) }),
  defineNode({
    type: "Fail",
    process: () => {
      throw new TypeError("broken");
    },
  }),
]);

const version = (word: string, id = "g") =>
  graphVersion({ id, start: "say", nodes: [{ id: "say", type: "Say", config: { word } }] });
const one = version("one");
const two = version("two");

function live(first = one, clock = new ManualClock(0)) {
  const graph = new LiveGraph<unknown>({
    version: first,
    registry,
    clock,
    ids: sequentialIds(),
    runTimeoutSeconds: 10,
  });
  const records: RunRecord[] = [];
  graph.runs$.subscribe((record) => records.push(record));
  return { graph, records, clock };
}

const split = (candidateShare: number, salt = "s"): TrafficPlan => ({
  kind: "split",
  stable: one.versionId,
  candidate: two.versionId,
  candidateShare,
  salt,
});

describe("a live graph", () => {
  test("serves every run by the version of the plan", async () => {
    const { graph } = live();
    graph.install(two);
    expect(await graph.run({})).toBe("one");
    expect(graph.setPlan({ kind: "all", version: two.versionId }, 0)).toEqual({ ok: true, revision: 1 });
    expect(await graph.run({})).toBe("two");
  });

  test("changes its plan only from the revision that is expected", () => {
    const { graph } = live();
    graph.install(two);
    graph.setPlan(split(0.5), 0);
    expect(graph.setPlan({ kind: "all", version: two.versionId }, 0)).toEqual({
      ok: false,
      reason: "stale_revision",
      revision: 1,
    });
    expect(graph.plan).toEqual(split(0.5));
  });

  test("refuses plans that make no sense and leaves the plan in force alone", () => {
    const { graph } = live();
    expect(() => graph.setPlan(split(0.5), 0)).toThrow(/not installed/);
    graph.install(two);
    expect(() => graph.setPlan(split(1.5), 0)).toThrow(/candidateShare/);
    expect(() => graph.setPlan(split(Number.NaN), 0)).toThrow(/candidateShare/);
    expect(() => graph.install(version("x", "another"))).toThrow(/"another"/);
    expect(graph.revision).toBe(0);
  });

  test("keeps a key on its version while the share grows", async () => {
    const { graph } = live();
    graph.install(two);
    const keys = Array.from({ length: 500 }, (_, index) => `user-${index}`);
    const served = async (): Promise<Set<string>> => {
      const results = await Promise.all(keys.map((key) => graph.run({}, { key })));
      return new Set(keys.filter((_, index) => results[index] === "two"));
    };
    graph.setPlan(split(0.1), 0);
    const tenth = await served();
    expect(await served()).toEqual(tenth);
    graph.setPlan(split(0.4), 1);
    const more = await served();
    expect([...tenth].every((key) => more.has(key))).toBe(true);
    expect(more.size).toBeGreaterThan(tenth.size);
  });

  test("lets a run end on the version it started on", async () => {
    const gate = graphVersion({ id: "g", start: "gate", nodes: [{ id: "gate", type: "Gate" }] });
    const { graph, records } = live(gate);
    graph.install(two);
    const run = graph.run({});
    graph.setPlan({ kind: "all", version: two.versionId }, 0);
    expect(graph.inFlight(gate.versionId)).toBe(1);
    expect(graph.retire(gate.versionId)).toBe(false);
    gates.pop()?.();
    await run;
    expect(records[0]).toMatchObject({ versionId: gate.versionId, ok: true });
    expect(graph.retire(gate.versionId)).toBe(true);
    expect(graph.versions.map(({ versionId }) => versionId)).toEqual([two.versionId]);
  });

  test("ends a run at its time-out, and the ones after it at theirs", async () => {
    const gate = graphVersion({ id: "g", start: "gate", nodes: [{ id: "gate", type: "Gate" }] });
    const { graph, records, clock } = live(gate);
    const first = graph.run({}).catch((error: unknown) => error);
    await clock.advance(4000);
    const second = graph.run({}).catch((error: unknown) => error);
    await clock.advance(6000);
    expect(await first).toMatchObject({ code: "run_timeout" });
    expect(records).toHaveLength(1);
    expect(graph.underWay(gate.versionId).settledUpTo).toBe(1);
    await clock.advance(4000);
    expect(await second).toMatchObject({ code: "run_timeout" });
    expect(records.map(({ error, durationMs }) => [error?.type, durationMs])).toEqual([
      ["run_timeout", 10_000],
      ["run_timeout", 10_000],
    ]);
    expect(graph.inFlight()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test("ends a run at the budget of its version, whose timer does not outlive the run", async () => {
    const gate = graphVersion({
      id: "g",
      start: "gate",
      nodes: [{ id: "gate", type: "Gate" }],
      task: { budget: { maxSeconds: 5 } },
    });
    const { graph, records, clock } = live(gate);
    const late = graph.run({}).catch((error: unknown) => error);
    await clock.advance(5000);
    expect(await late).toMatchObject({ code: "run_timeout", details: { maxSeconds: 5 } });
    const aborted = graph.run({}).catch((error: unknown) => error);
    graph.abortRuns(gate.versionId, new Error("taken back"));
    expect(await aborted).toMatchObject({ message: "taken back" });
    expect(records.map(({ durationMs }) => durationMs)).toEqual([5000, 0]);
    // What is left is the watch over all runs' time-outs.
    expect(clock.pending).toBe(1);
  });

  test("aborts what is under way on a version, once each", async () => {
    const gate = graphVersion({ id: "g", start: "gate", nodes: [{ id: "gate", type: "Gate" }] });
    const { graph, records } = live(gate);
    const runs = [1, 2, 3].map(() => graph.run({}).catch((error: unknown) => (error as Error).message));
    expect(graph.abortRuns(gate.versionId, new Error("taken back"))).toBe(3);
    expect(await Promise.all(runs)).toEqual(["taken back", "taken back", "taken back"]);
    gates.splice(0).forEach((open) => open());
    await Promise.resolve();
    expect(records).toHaveLength(3);
  });

  test("ends a run with its signal's reason", async () => {
    const gate = graphVersion({ id: "g", start: "gate", nodes: [{ id: "gate", type: "Gate" }] });
    const { graph } = live(gate);
    const controller = new AbortController();
    const run = graph.run({}, { signal: controller.signal });
    controller.abort(new Error("gone"));
    await expect(run).rejects.toThrow("gone");
    await expect(graph.run({}, { signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow("never");
  });

  test("heeds nothing of its options but what it knows", async () => {
    const { graph, records } = live();
    const request = { key: "u", startsAt: 1, observer: { note: () => undefined } };
    await graph.run({}, request);
    expect(records).toMatchObject([{ key: "u", durationMs: 0 }]);
  });

  test.each<unknown>([{}, null, { aborted: false, addEventListener: () => undefined }])(
    "rejects, and is over, where its signal is none: %j",
    async (signal) => {
      const { graph } = live();
      const run = graph.run({}, { signal: signal as AbortSignal });
      await expect(run).rejects.toThrow(TypeError);
      expect(graph.inFlight()).toBe(0);
    },
  );

  test("records a run whose signal's reason has no text", async () => {
    const { graph, records } = live(version("one"), new ManualClock(0));
    const reason: unknown = Object.create(null);
    const run = graph.run({}, { signal: AbortSignal.abort(reason) });
    await expect(run).rejects.toBe(reason);
    expect(records).toMatchObject([{ ok: false, error: { type: "Error" } }]);
  });

  test("records what was run, how it was routed, and what it reported", async () => {
    const { graph, records } = live();
    graph.install(two);
    graph.setPlan(split(1), 0);
    await graph.run({}, { key: "k" });
    expect(JSON.parse(JSON.stringify(records[0]))).toEqual({
      runId: "live_1-0",
      sequence: 0,
      graphId: "g",
      versionId: two.versionId,
      arm: "candidate",
      planRevision: 1,
      candidateShare: 1,
      key: "k",
      ok: true,
      startedAt: 0,
      durationMs: 0,
      cost: 2,
      tokens: 3,
      quality: 0.5,
      nodes: [{ nodeId: "say", durationMs: 0, attempts: 1, ok: true }],
    });
  });

  test("times a run by itself that waited while others found a node slow", async () => {
    const time = { waits: false, work: 0 };
    const clock = new ManualClock(0);
    const nodes = new NodeRegistry([
      defineNode({
        type: "Wait",
        process: () => (time.waits ? new Promise<void>((resolve) => gates.push(resolve)) : undefined),
      }),
      defineNode({ type: "Pass", process: () => undefined }),
      defineNode({
        type: "Work",
        process: (_: unknown, context: NodeContext) => context.clock.sleep(time.work),
      }),
    ]);
    const types = ["Wait", "Pass", "Work", "Pass"];
    const ids = types.map((type, at) => `${type}${at}`);
    const chain = graphVersion({
      id: "g",
      start: "Wait0",
      nodes: ids.map((id, at) => ({ id, type: types[at] as string })),
      edges: ids.slice(1).map((id, at) => ({ id: `e${at}`, fromNode: ids[at] as string, toNode: id })),
    });
    const graph = new LiveGraph({ version: chain, registry: nodes, clock, ids: sequentialIds() });
    const records: RunRecord[] = [];
    graph.runs$.subscribe((record) => records.push(record));
    const finished = async (): Promise<void> => {
      const run = graph.run({});
      await clock.advance(time.work);
      await run;
    };
    for (let at = 0; at < 40; at += 1) await finished();
    time.waits = true;
    const waiting = graph.run({});
    Object.assign(time, { waits: false, work: 10 });
    for (let at = 0; at < 2; at += 1) await finished();
    gates.pop()?.();
    await clock.advance(time.work);
    await waiting;
    expect(records.at(-1)?.nodes.map(({ durationMs }) => durationMs)).toEqual([20, 0, 10, 0]);
  });

  describe("where a node hangs behind a quick one", () => {
    /** A graph of the two, and what its last record says once the second one has been cut short. */
    function quickThenHang(delaySeconds: number) {
      const clock = new ManualClock();
      let hangs = false;
      const nodes = new NodeRegistry([
        defineNode({ type: "Quick", process: () => ({}) }),
        defineNode({ type: "Hang", process: () => (hangs ? new Promise(() => undefined) : {}) }),
      ]);
      const chain = graphVersion({
        id: "g",
        start: "quick",
        nodes: [
          { id: "quick", type: "Quick" },
          { id: "hang", type: "Hang" },
        ],
        edges: [{ id: "e", fromNode: "quick", toNode: "hang", delaySeconds }],
      });
      const graph = new LiveGraph({ version: chain, registry: nodes, clock, ids: sequentialIds() });
      const records: RunRecord[] = [];
      graph.runs$.subscribe((record) => records.push(record));
      const cutShort = async (): Promise<RunRecord | undefined> => {
        hangs = true;
        const hung = graph.run({}).catch(() => undefined);
        await clock.advance(60_000);
        await hung;
        return records.at(-1);
      };
      return { graph, cutShort };
    }

    test("a delay on the edge between counts as no node's time", async () => {
      const { cutShort } = quickThenHang(1);
      expect((await cutShort())?.nodes.map(({ durationMs }) => durationMs)).toEqual([0]);
    });

    test.each([0, 40])("the quick one is not blamed for the wait, after %d runs", async (runs) => {
      const { graph, cutShort } = quickThenHang(0);
      for (let at = 0; at < runs; at += 1) await graph.run({});
      const record = await cutShort();
      expect(record).toMatchObject({ durationMs: 60_000, error: { type: "run_timeout" } });
      expect(record?.nodes).toMatchObject([{ nodeId: "quick", attempts: 1, ok: true }]);
      expect(record?.nodes[0]?.durationMs).toBeLessThanOrEqual(0.01);
    });
  });

  test("records which node failed and why", async () => {
    const { graph, records } = live(
      graphVersion({ id: "g", start: "f", nodes: [{ id: "f", type: "Fail" }] }),
    );
    await expect(graph.run({})).rejects.toMatchObject({ code: "node_failed" });
    expect(records[0]).toMatchObject({
      ok: false,
      error: { type: "TypeError", message: "broken", nodeId: "f", attempt: 1 },
      nodes: [{ nodeId: "f", ok: false }],
    });
  });

  test("runs graphs of another runtime through an adapter", async () => {
    const graph = new LiveGraph<number, number>({
      version: one,
      build: (built) => ({ run: (n) => n + built.spec.nodes.length }),
    });
    expect(await graph.run(41)).toBe(42);
  });

  test("refuses a version whose build gives nothing that runs", () => {
    const build = (() => undefined) as unknown as () => { run(): unknown };
    expect(() => new LiveGraph({ version: one, build })).toThrow(/`build` to give an object .* got nothing/);
  });
});

describe("a bucket", () => {
  test("is in [0, 1) and the same for the same salt and key", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (salt, key) => {
        const bucket = bucketOf(saltSeed(salt), key);
        expect(bucket).toBeGreaterThanOrEqual(0);
        expect(bucket).toBeLessThan(1);
        expect(bucketOf(saltSeed(salt), key)).toBe(bucket);
      }),
    );
  });

  test("of two salts has nothing in common: a hundredth of the keys is in both tenths", () => {
    const [a, b] = [saltSeed("rollout-1"), saltSeed("rollout-2")];
    let both = 0;
    for (let n = 0; n < 100_000; n += 1) {
      const key = `user-${n}`;
      if (bucketOf(a, key) < 0.1 && bucketOf(b, key) < 0.1) both += 1;
    }
    expect(Math.abs(both / 100_000 - 0.01)).toBeLessThan(0.0015);
  });
});
