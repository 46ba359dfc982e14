import { describe, expect, test } from "vitest";
import { KnownPaths } from "./known-paths.ts";
import { NodeTiming } from "./node-timing.ts";
import { Trace, traceCode } from "./trace.ts";

const ids = Array.from({ length: 40 }, (_, at) => `n${at}`);
const nodes = (): readonly { readonly timing: NodeTiming }[] => ids.map(() => ({ timing: quick() }));
const code = (index: number): number => traceCode(index, 1, true);

/** The timing of a node that has been quick for long. */
function quick(): NodeTiming {
  const timing = new NodeTiming();
  while (timing.left > 0) timing.timed(0.001);
  return timing;
}

const durations = (trace: Trace): readonly number[] =>
  trace.toNodeRuns(ids).map(({ durationMs }) => durationMs);

describe("a trace", () => {
  test("says of each execution which node it was, how often it was tried, how it ended and how long it took", () => {
    const trace = new Trace(100);
    trace.add(traceCode(0, 1, true), 100, 130);
    trace.add(traceCode(1, 3, false), 130, 150);
    expect(trace.toNodeRuns(ids)).toEqual([
      { nodeId: "n0", durationMs: 30, attempts: 1, ok: true },
      { nodeId: "n1", durationMs: 20, attempts: 3, ok: false },
    ]);
  });

  test("lets executions that were only noted share the time between two readings", () => {
    const trace = new Trace(100);
    trace.note(code(0), false);
    trace.note(code(1), false);
    trace.read(104, nodes());
    trace.add(code(2), 104, 110);
    trace.note(code(3), false);
    trace.note(code(4), false);
    trace.read(111, nodes());
    expect(durations(trace)).toEqual([2, 2, 6, 0.5, 0.5]);
    expect(trace.endedAt).toBe(111);
  });

  test("asks for a reading after one that is timed closely, or after sixteen", () => {
    const trace = new Trace(0);
    const asks = (at: number, isClosely: boolean): boolean => {
      trace.note(code(at), isClosely);
      return trace.isDue;
    };
    expect([asks(0, false), asks(1, true)]).toEqual([false, true]);
    trace.read(1, nodes());
    expect(Array.from({ length: 16 }, (_, at) => asks(at, false))).toEqual([
      ...Array.from({ length: 15 }, () => false),
      true,
    ]);
  });

  test("tells a node how long it took where it was the only one between two readings", () => {
    const known = nodes();
    const trace = new Trace(0);
    trace.note(code(0), false);
    trace.read(0.02, known);
    trace.note(code(1), false);
    trace.read(0.021, known);
    expect(durations(trace)).toEqual([expect.closeTo(0.02), expect.closeTo(0.001)]);
    const slow = new NodeTiming();
    slow.timed(0.02);
    expect(known.slice(0, 2).map(({ timing }) => timing.left)).toEqual([slow.left, 0]);
  });

  test("suspects the nodes between two readings that lie far apart, and no others", () => {
    const known = nodes();
    const trace = new Trace(0);
    trace.note(code(0), false);
    trace.read(0.009, known);
    trace.note(code(1), false);
    trace.note(code(2), false);
    trace.read(3, known);
    expect(known.slice(0, 4).map(({ timing }) => timing.left > 0)).toEqual([false, true, true, false]);
  });

  test("gives nodes beside each other the time from their common start", () => {
    const trace = new Trace(0);
    trace.note(code(0), false);
    trace.read(1, nodes());
    trace.note(code(1), false);
    trace.note(code(2), false);
    trace.readBeside(1, 4);
    expect(durations(trace)).toEqual([1, 3, 3]);
    expect([trace.endedAt, trace.unread]).toEqual([4, 0]);
  });

  test("does not blame quick nodes for a wait that was cut short after them", () => {
    const trace = new Trace(0);
    trace.add(code(0), 0, 5);
    trace.note(code(1), false);
    trace.note(code(2), false);
    trace.cut(60_000);
    expect(durations(trace)).toEqual([5, 0.005, 0.005]);
    expect(trace.endedAt).toBe(60_000);
  });

  test("keeps one number for a run that was quick as a whole, however closely it was timed", () => {
    const trace = new Trace(0);
    trace.add(code(0), 0, 0.006);
    trace.add(code(1), 0.006, 0.008);
    expect(trace.times).toBe(0.004);
    trace.add(code(2), 0.008, 0.011);
    expect(trace.times).toHaveLength(3);
  });

  test("knows nothing of the run before when it is used again", () => {
    const trace = new Trace(0);
    for (let at = 0; at < 5; at += 1) trace.add(code(at), 0, 1);
    const kept = trace.times;
    trace.restart(10, []);
    expect(trace.toNodeRuns(ids)).toEqual([]);
    trace.add(code(7), 10, 12);
    expect(trace.toNodeRuns(ids)).toEqual([{ nodeId: "n7", durationMs: 2, attempts: 1, ok: true }]);
    expect(kept).toEqual([1, 1, 1, 1, 1]);
  });

  test("goes by the list of a known way as long as its run does, and leaves that list as it is", () => {
    const paths = new KnownPaths();
    const known = paths.shared([code(0), code(1), code(2)], 3);
    const pathOf = (indexes: readonly number[]) => {
      const trace = new Trace(0);
      trace.restart(0, known);
      for (const index of indexes) trace.note(code(index), false);
      trace.read(0.001, nodes());
      expect(trace.toNodeRuns(ids).map(({ nodeId }) => nodeId)).toEqual(indexes.map((index) => `n${index}`));
      return trace.pathAmong(paths);
    };
    expect(pathOf([0, 1, 2])).toBe(known);
    expect(pathOf([0, 1])).toEqual([code(0), code(1)]);
    expect(pathOf([0, 3, 2, 1])).toEqual([code(0), code(3), code(2), code(1)]);
    expect(pathOf([0, 1, 2, 3])).toEqual([code(0), code(1), code(2), code(3)]);
    expect(known).toEqual([code(0), code(1), code(2)]);
  });

  test("of nothing is empty", () => {
    expect(new Trace(0).toNodeRuns(ids)).toEqual([]);
    expect(new Trace(0).times).toBe(0);
  });
});

describe("a node", () => {
  test("is timed by itself until it is known to be quick", () => {
    const timing = new NodeTiming();
    expect(timing.left).toBeGreaterThan(0);
    for (let times = 0; times < 32; times += 1) timing.timed(0.001);
    expect(timing.left).toBe(0);
    timing.timed(0.001);
    expect(timing.left).toBe(0);
  });

  test("is timed by itself for long after it was slow, for a while after it may have been", () => {
    const [slow, suspect] = [quick(), quick()];
    slow.timed(0.02);
    suspect.suspect();
    expect(slow.left).toBeGreaterThan(suspect.left);
    slow.suspect();
    expect(slow.left).toBeGreaterThan(suspect.left);
  });
});
