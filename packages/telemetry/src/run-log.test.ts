import type { RunRecord } from "@spark/graph";
import * as fc from "fast-check";
import { Subject } from "rxjs";
import { describe, expect, test } from "vitest";
import { RunLog } from "./run-log.ts";
import { makeRunRecord } from "./testing.ts";

function logOf(records: readonly Partial<RunRecord>[], capacity?: number): RunLog {
  const log = new RunLog(capacity === undefined ? {} : { capacity });
  for (const [sequence, record] of records.entries()) log.add(makeRunRecord({ sequence, ...record }));
  return log;
}

const anyRuns = (count: number): Partial<RunRecord>[] => Array.from({ length: count }, () => ({}));
const sequences = (records: readonly RunRecord[]): number[] => records.map(({ sequence }) => sequence);

describe("a run log", () => {
  test("remembers the last runs up to its capacity, oldest first", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 1, max: 12 }), (runs, capacity) => {
        const log = logOf(anyRuns(runs), capacity);
        const expected = Array.from({ length: runs }, (_, sequence) => sequence).slice(-capacity);
        expect(sequences(log.recent())).toEqual(expected);
        expect(log.size).toBe(expected.length);
      }),
      { seed: 1 },
    );
  });

  test("remembers 10,000 runs by default and no more", () => {
    const log = logOf(anyRuns(10_001));
    expect([log.capacity, log.size, log.recent()[0]?.sequence]).toEqual([10_000, 10_000, 1]);
  });

  test("observes a stream until it is told to stop", () => {
    const runs$ = new Subject<RunRecord>();
    const log = new RunLog();
    const subscription = log.observe(runs$);
    runs$.next(makeRunRecord({ sequence: 1 }));
    subscription.unsubscribe();
    runs$.next(makeRunRecord({ sequence: 2 }));
    expect(sequences(log.recent())).toEqual([1]);
    expect(runs$.observed).toBe(false);
  });

  test("selects by version, arm and start, the start itself included", () => {
    const log = logOf([
      { versionId: "v1", startedAt: 10 },
      { versionId: "v2", startedAt: 20, arm: "candidate" },
      { versionId: "v2", startedAt: 30, arm: "mirror" },
      { versionId: "v1", startedAt: 20 },
    ]);
    expect(sequences(log.recent({ versionId: "v1" }))).toEqual([0, 3]);
    expect(sequences(log.recent({ arm: "candidate" }))).toEqual([1]);
    expect(sequences(log.recent({ since: 20 }))).toEqual([1, 2, 3]);
    expect(sequences(log.recent({ since: 21 }))).toEqual([2]);
    expect(log.recent({ versionId: "v3" })).toEqual([]);
  });

  test("limits to the runs that ended last among those that match", () => {
    const log = logOf([{}, { versionId: "v2" }, {}, {}, { versionId: "v2" }]);
    expect(sequences(log.recent({ versionId: "v1", limit: 2 }))).toEqual([2, 3]);
    expect(log.recent({ limit: 0 })).toEqual([]);
    expect(log.recent({ limit: 99 })).toHaveLength(5);
  });

  test("gives metrics over the time from the first start to the last end", () => {
    const log = logOf([
      { startedAt: 1000, durationMs: 500 },
      { startedAt: 2000, durationMs: 1000, ok: false },
      { versionId: "v2", startedAt: 9000 },
    ]);
    expect(log.metricsOf({ versionId: "v1" })).toMatchObject({
      runs: 2,
      errorRate: 0.5,
      windowSeconds: 2,
      throughput: 1,
      consecutiveFailures: 1,
    });
    expect(log.metricsOf({ versionId: "v3" })).toMatchObject({ runs: 0, windowSeconds: 0 });
  });

  test.each([0, -1, 1.5, NaN, Infinity])("refuses a capacity of %d", (capacity) => {
    expect(() => new RunLog({ capacity })).toThrow(expect.objectContaining({ code: "invalid_config" }));
  });

  test.each([-1, 1.5, NaN])("refuses a limit of %d", (limit) => {
    expect(() => new RunLog().recent({ limit })).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
