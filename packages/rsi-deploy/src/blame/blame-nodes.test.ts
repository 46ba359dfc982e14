import type { NodeRun, RunRecord } from "@spark/graph";
import { makeRunRecord } from "@spark/telemetry/testing";
import { describe, expect, test } from "vitest";
import { Blame } from "../verdict.ts";
import { blameNodes } from "./blame-nodes.ts";

type Conduct = Omit<Partial<NodeRun>, "nodeId">;

/** Runs through the nodes that `conduct` tells of, each well and in about 10 ms where it says nothing else. */
function runs(
  count: number,
  conduct: (at: number) => Readonly<Record<string, Conduct>> & { readonly run?: never },
  overrides: (at: number) => Partial<RunRecord> = () => ({}),
): RunRecord[] {
  return Array.from({ length: count }, (_, at) => {
    const nodes = Object.entries(conduct(at)).map(([nodeId, own]) => ({
      nodeId,
      durationMs: 10 + (at % 7) / 10,
      attempts: 1,
      ok: true,
      ...own,
    }));
    const nodeId = nodes.find(({ ok }) => !ok)?.nodeId;
    return makeRunRecord({
      sequence: at,
      ok: nodeId === undefined,
      ...(nodeId !== undefined && { error: { type: "Error", message: "failed", nodeId } }),
      nodes,
      ...overrides(at),
    });
  });
}

const unchanged = new Set<string>();
const failing = (times: number) => (at: number) => ({ fetch: {}, rank: { ok: at >= times }, send: {} });
const names = (blame: readonly Blame[]): string[] => blame.map(({ nodeId }) => nodeId);

describe("blameNodes", () => {
  test("names the node that fails more, with both rates, their counts and three of the failed runs", () => {
    const [blame, ...others] = blameNodes({
      baseline: runs(470, failing(9)),
      candidate: runs(436, failing(41)),
      changedNodes: unchanged,
    });
    expect(others).toEqual([]);
    expect(Blame.parse(blame)).toMatchObject({
      nodeId: "rank",
      changed: false,
      because: "fails in 9.4 % of its runs (41 of 436) against 1.91 % (9 of 470)",
      exampleRunIds: ["run_0", "run_1", "run_2"],
    });
    expect(blame?.logEvidence).toBeGreaterThan(Math.log(20));
  });

  test("names the node that got slower, not those before and after it, with the slowest runs", () => {
    const withRank = (factor: number) => (at: number) => ({
      fetch: {},
      rank: { durationMs: factor * (1 + (at % 50) / 50) },
      send: {},
    });
    const [blame, ...others] = blameNodes({
      baseline: runs(100, withRank(4)),
      candidate: runs(100, withRank(8), (at) => ({ durationMs: 500 + at })),
      changedNodes: unchanged,
    });
    expect(others).toEqual([]);
    expect(blame?.nodeId).toBe("rank");
    expect(blame?.because).toMatch(
      /^median 11.8 ms against 5.92 ms, 12 ms or more in 50 % of its runs \(50 of 100\) against 0 % \(0 of 100\)/,
    );
    expect(blame?.exampleRunIds).toEqual(["run_49", "run_99", "run_48"]);
  });

  test("counts retries that hide from the error rate", () => {
    const retrying = (every: number) => (at: number) => ({
      fetch: {},
      rank: { attempts: at % every ? 1 : 3 },
    });
    const [blame] = blameNodes({
      baseline: runs(300, retrying(100)),
      candidate: runs(300, retrying(10)),
      changedNodes: unchanged,
    });
    expect(blame).toMatchObject({
      nodeId: "rank",
      because: "is retried in 10 % of its runs (30 of 300) against 1 % (3 of 300)",
      exampleRunIds: ["run_0", "run_10", "run_20"],
    });
  });

  test("counts failures that an error edge took care of", () => {
    const handled = (every: number): RunRecord[] =>
      runs(
        400,
        (at) => ({ rank: { ok: at % every !== 0 }, rescue: {} }),
        (at) => ({
          ...makeRunRecord({ sequence: at }),
          nodes: [{ nodeId: "rank", durationMs: 1, attempts: 1, ok: at % every !== 0 }],
        }),
      );
    const blame = blameNodes({ baseline: handled(200), candidate: handled(10), changedNodes: unchanged });
    expect(blame[0]).toMatchObject({
      nodeId: "rank",
      because: "fails in 10 % of its runs (40 of 400) against 0.5 % (2 of 400)",
    });
  });

  test("puts changed nodes first, and the rest by evidence", () => {
    const both = (rank: number, send: number) => (at: number) => ({
      fetch: {},
      rank: { durationMs: rank + (at % 10) },
      send: { attempts: at < send ? 2 : 1 },
    });
    const options = { baseline: runs(300, both(10, 2)), candidate: runs(300, both(40, 40)) };
    expect(names(blameNodes({ ...options, changedNodes: unchanged }))).toEqual(["rank", "send"]);
    expect(blameNodes({ ...options, changedNodes: new Set(["send"]) })).toMatchObject([
      { nodeId: "send", changed: true },
      { nodeId: "rank", changed: false },
    ]);
  });

  test("does not blame a changed node that does no worse", () => {
    const options = { baseline: runs(470, failing(9)), candidate: runs(436, failing(41)) };
    expect(names(blameNodes({ ...options, changedNodes: new Set(["fetch"]) }))).toEqual(["rank"]);
  });

  test("blames nobody on few runs, on none, or on equal ones", () => {
    const ask = (baseline: RunRecord[], candidate: RunRecord[]): readonly Blame[] =>
      blameNodes({ baseline, candidate, changedNodes: new Set(["rank"]) });
    expect(ask(runs(5, failing(0)), runs(5, failing(3)))).toEqual([]);
    expect(ask([], [])).toEqual([]);
    expect(ask([], runs(500, failing(400)))).toEqual([]);
    expect(ask(runs(500, failing(400)), [])).toEqual([]);
    expect(ask(runs(500, failing(20)), runs(500, failing(20)))).toEqual([]);
  });

  test("does not blame a node that does better", () => {
    const options = { baseline: runs(500, failing(100)), candidate: runs(500, failing(1)) };
    expect(blameNodes({ ...options, changedNodes: new Set(["rank"]) })).toEqual([]);
  });

  test("does not hold against a node what another one's failure cut short", () => {
    const beside = (cut: number): RunRecord[] =>
      runs(
        400,
        (at) => ({ rank: { ok: at >= cut }, slow: { durationMs: at < cut ? 1 : 100, ok: at >= cut } }),
        (at) => (at < cut ? { error: { type: "Error", message: "failed", nodeId: "rank" } } : {}),
      );
    const blame = blameNodes({
      baseline: beside(200),
      candidate: beside(2),
      changedNodes: new Set(["slow"]),
    });
    expect(blame).toEqual([]);
  });

  test("holds against a node that the run's time ran out in it", () => {
    const hanging = (every: number): RunRecord[] =>
      runs(
        300,
        (at) => ({ fetch: {}, rank: at % every === 0 ? { ok: false, durationMs: 5000 } : {} }),
        (at) => (at % every === 0 ? { error: { type: "run_timeout", message: "too long" } } : {}),
      );
    const [blame] = blameNodes({ baseline: hanging(300), candidate: hanging(15), changedNodes: unchanged });
    expect(blame?.nodeId).toBe("rank");
    expect(blame?.because).toContain("p95 5 s against");
  });

  test("judges a node that the baseline never ran by its failures in all runs, not by its time", () => {
    const added = (at: number) => ({ fetch: {}, check: { ok: at % 8 !== 0, durationMs: 500 } });
    const options = { baseline: runs(400, () => ({ fetch: {} })), changedNodes: new Set(["check"]) };
    expect(blameNodes({ ...options, candidate: runs(400, added) })).toMatchObject([
      {
        nodeId: "check",
        because: "fails in 12.5 % of its runs (50 of 400) against 0 % (0 of 400); the baseline never ran it",
      },
    ]);
    expect(
      blameNodes({ ...options, candidate: runs(400, () => ({ fetch: {}, check: { durationMs: 500 } })) }),
    ).toEqual([]);
  });

  test("takes a failed node's word from runtimes that time no nodes", () => {
    const untimed = (failures: number): RunRecord[] =>
      runs(300, failing(failures)).map((record) => ({ ...record, nodes: [] }));
    const options = { baseline: untimed(0), candidate: untimed(60), changedNodes: unchanged };
    expect(names(blameNodes(options))).toEqual(["rank"]);
  });

  test("counts all runs of a key once, as they share their fate", () => {
    const cursed = (keys: number): RunRecord[] =>
      runs(
        600,
        (at) => ({ rank: { ok: at % 30 >= keys } }),
        (at) => ({ key: `session ${at % 30}` }),
      );
    // 120 against 0 failed runs are 6 against 0 sessions.
    const options = { baseline: cursed(0), candidate: cursed(6) };
    expect(blameNodes({ ...options, changedNodes: unchanged })).toEqual([]);
    const [blame] = blameNodes({ baseline: cursed(0), candidate: cursed(15), changedNodes: unchanged });
    expect(blame?.because).toBe("fails in 50 % of its keys (15 of 30) against 0 % (0 of 30)");
  });

  test("takes no drift between the stages of a rollout for a regression", () => {
    const stage = (count: number, share: number, durationMs: number): RunRecord[] =>
      runs(
        count,
        (at) => ({ rank: { durationMs: durationMs + (at % 10) } }),
        (at) => ({ candidateShare: share, runId: `run_${share}_${at}` }),
      );
    const baseline = [...stage(900, 0.1, 10), ...stage(100, 0.9, 40)];
    const candidate = [...stage(100, 0.1, 10), ...stage(900, 0.9, 40)];
    expect(blameNodes({ baseline, candidate, changedNodes: new Set(["rank"]) })).toEqual([]);
    const level = (records: RunRecord[]): RunRecord[] =>
      records.map((record) => ({ ...record, candidateShare: 0.5 }));
    const mixed = { baseline: level(baseline), candidate: level(candidate), changedNodes: unchanged };
    expect(names(blameNodes(mixed))).toEqual(["rank"]);
  });

  test("says the same whatever the order of the records", () => {
    const baseline = runs(470, failing(9));
    const candidate = runs(436, failing(41));
    const [forward] = blameNodes({ baseline, candidate, changedNodes: unchanged });
    const [backward] = blameNodes({
      baseline: baseline.toReversed(),
      candidate: candidate.toReversed(),
      changedNodes: unchanged,
    });
    expect(backward).toEqual({ ...forward, exampleRunIds: ["run_40", "run_39", "run_38"] });
  });

  test.each([0, 1, -1, Number.NaN])("refuses %d as a probability of false blame", (falseBlame) => {
    expect(() => blameNodes({ baseline: [], candidate: [], changedNodes: unchanged, falseBlame })).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: expect.stringContaining(`got ${falseBlame}`),
      }),
    );
  });
});
