import type { RunRecord } from "@spark/graph";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Metrics } from "./metrics.ts";
import { RunTally, RunTallyJson, summarize } from "./summarize.ts";
import { makeRunRecord } from "./testing.ts";

const record: fc.Arbitrary<RunRecord> = fc
  .record(
    {
      ok: fc.boolean(),
      durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      cost: fc.integer({ min: 0, max: 1000 }),
      tokens: fc.nat(100_000),
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ["ok", "durationMs"] },
  )
  .map(makeRunRecord);
const records = fc.array(record, { maxLength: 60 });

function tallyOf(records: readonly RunRecord[]): RunTally {
  const tally = new RunTally();
  for (const record of records) tally.add(record);
  return tally;
}

/** Metrics without the digits that depend on the order of a floating-point sum. */
function rounded(metrics: Metrics): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [
      name,
      typeof value === "number" ? value.toPrecision(9) : value,
    ]),
  );
}

describe("metrics of runs", () => {
  test("say what the runs did", () => {
    const metrics = summarize(
      [
        makeRunRecord({ durationMs: 100, cost: 1, tokens: 10, quality: 0.5 }),
        makeRunRecord({ durationMs: 100, ok: false }),
        makeRunRecord({ durationMs: 100, cost: 2, quality: 1 }),
        makeRunRecord({ durationMs: 500, ok: false }),
      ],
      2,
    );
    expect(metrics).toMatchObject({
      runs: 4,
      errors: 2,
      errorRate: 0.5,
      successRate: 0.5,
      p50Latency: 0.1,
      throughput: 2,
      consecutiveFailures: 1,
      windowSeconds: 2,
      cost: 1.5,
      tokens: 10,
      quality: 0.75,
    });
    expect(metrics.avgLatency).toBeCloseTo(0.2, 12);
    expect(metrics).not.toHaveProperty("resources");
  });

  test("of no runs are zeros beside a count of 0", () => {
    expect(summarize([], 10)).toEqual({
      runs: 0,
      errors: 0,
      errorRate: 0,
      successRate: 0,
      avgLatency: 0,
      p50Latency: 0,
      p95Latency: 0,
      p99Latency: 0,
      throughput: 0,
      consecutiveFailures: 0,
      windowSeconds: 10,
    });
  });

  test("count failed runs into the latency, so that failing fast does not look fast", () => {
    const slow = makeRunRecord({ durationMs: 1000 });
    const failedSlowly = makeRunRecord({ durationMs: 3000, ok: false });
    expect(summarize([slow, failedSlowly], 1).avgLatency).toBe(2);
  });

  test("leave out cost, tokens and quality when no run reported them", () => {
    const metrics = summarize([makeRunRecord()], 1);
    for (const name of ["cost", "tokens", "quality"]) expect(metrics).not.toHaveProperty(name);
  });

  test("carry the resources they are given", () => {
    const resources = { cpu: 0.5, memory: 1e6, eventLoopDelay: 0.001 };
    expect(new RunTally().toMetrics(1, resources).resources).toEqual(resources);
  });

  test("always satisfy their schema", () => {
    fc.assert(
      fc.property(
        records,
        fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e9, noNaN: true })),
        (records, seconds) => {
          const metrics = summarize(records, seconds);
          expect(Metrics.parse(metrics)).toEqual(metrics);
        },
      ),
      { seed: 1 },
    );
  });

  test("have no throughput over a window of no length", () => {
    expect(summarize([makeRunRecord()], 0).throughput).toBe(0);
  });

  test.each([-1, NaN, Infinity])("refuse a window of %d seconds", (seconds) => {
    expect(() => summarize([], seconds)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});

describe("consecutive failures", () => {
  test("are the failures since the last success", () => {
    const expected = (records: readonly RunRecord[]): number =>
      records.length - 1 - records.findLastIndex(({ ok }) => ok);
    fc.assert(
      fc.property(records, (records) => {
        expect(tallyOf(records).consecutiveFailures).toBe(expected(records));
      }),
      { seed: 2 },
    );
  });
});

describe("merging", () => {
  test("two halves gives the tally of the whole, streak included, wherever it was cut", () => {
    fc.assert(
      fc.property(records, records, (earlier, later) => {
        const merged = tallyOf(earlier);
        merged.merge(tallyOf(later));
        expect(rounded(merged.toMetrics(60))).toEqual(rounded(summarize([...earlier, ...later], 60)));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("with itself counts everything twice, streak included", () => {
    const tally = tallyOf([makeRunRecord({ ok: false }), makeRunRecord({ ok: false })]);
    tally.merge(tally);
    expect(tally).toMatchObject({ runs: 4, errors: 4, consecutiveFailures: 4 });
  });

  test("with an empty one keeps the streak", () => {
    const tally = tallyOf([makeRunRecord({ ok: false })]);
    tally.merge(new RunTally());
    expect(tally.consecutiveFailures).toBe(1);
  });
});

describe("a tally", () => {
  test("counts nothing of a run whose duration it refuses", () => {
    const tally = tallyOf([makeRunRecord()]);
    const before = tally.toMetrics(1);
    expect(() => tally.add(makeRunRecord({ ok: false, durationMs: NaN, cost: 9 }))).toThrow(/got NaN/);
    expect(tally.toMetrics(1)).toEqual(before);
  });

  test("that was cleared is like new", () => {
    fc.assert(
      fc.property(records, records, (before, after) => {
        const tally = tallyOf(before);
        tally.clear();
        for (const record of after) tally.add(record);
        expect(tally.toMetrics(1)).toEqual(summarize(after, 1));
      }),
      { seed: 4 },
    );
  });

  test("gives the exact number of runs above a limit for evidence", () => {
    const tally = tallyOf([100, 200, 300].map((durationMs) => makeRunRecord({ durationMs })));
    expect(tally.latency.countAbove(0.15)).toBe(2);
  });
});

test("a tally survives JSON, with everything it goes on to count", () => {
  const records = Array.from({ length: 50 }, (_, sequence) =>
    makeRunRecord({
      sequence,
      ok: sequence % 7 !== 0,
      durationMs: sequence * 3,
      cost: sequence,
      quality: 0.5,
    }),
  );
  const whole = new RunTally();
  for (const record of records) whole.add(record);
  const first = new RunTally();
  for (const record of records.slice(0, 20)) first.add(record);
  const second = RunTally.fromJSON(RunTallyJson.parse(JSON.parse(JSON.stringify(first))));
  for (const record of records.slice(20)) second.add(record);
  expect(second.toMetrics(10)).toEqual(whole.toMetrics(10));
});
