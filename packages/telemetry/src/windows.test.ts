import type { RunRecord } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { NEVER, Subject, from, throwError } from "rxjs";
import { describe, expect, test } from "vitest";
import { Metrics } from "./metrics.ts";
import type { ResourceMeter } from "./resources.ts";
import { makeRunRecord } from "./testing.ts";
import { type RunWindow, type RunWindowsOptions, runWindows } from "./windows.ts";

function watch(options: Partial<RunWindowsOptions> = {}) {
  const clock = new ManualClock(0);
  const runs$ = new Subject<RunRecord>();
  const windows: RunWindow[] = [];
  const ending: { error?: unknown; completed?: true } = {};
  const subscription = runWindows(runs$, { clock, intervalSeconds: 10, ...options }).subscribe({
    next: (window) => windows.push(window),
    error: (error: unknown) => (ending.error = error),
    complete: () => (ending.completed = true),
  });
  return { clock, runs$, windows, ending, subscription };
}

describe("windows", () => {
  test("come once an interval, numbered, one beginning where the last one ended", async () => {
    const { clock, windows } = watch();
    await clock.advance(30_000);
    expect(windows.map(({ index, startedAt, endedAt }) => [index, startedAt, endedAt])).toEqual([
      [0, 0, 10_000],
      [1, 10_000, 20_000],
      [2, 20_000, 30_000],
    ]);
  });

  test("hold the runs of their interval and all runs so far, each arm for itself", async () => {
    const { clock, runs$, windows } = watch();
    runs$.next(makeRunRecord({ arm: "stable" }));
    runs$.next(makeRunRecord({ arm: "candidate", ok: false }));
    runs$.next(makeRunRecord({ arm: "candidate", durationMs: 300 }));
    await clock.advance(10_000);
    runs$.next(makeRunRecord({ arm: "candidate" }));
    runs$.next(makeRunRecord({ arm: "mirror" }));
    await clock.advance(10_000);

    const [first, second] = windows as [RunWindow, RunWindow];
    expect(first.arms.stable.interval).toMatchObject({
      runs: 1,
      errors: 0,
      throughput: 0.1,
      windowSeconds: 10,
    });
    expect(first.arms.candidate.interval).toMatchObject({
      runs: 2,
      errors: 1,
      errorRate: 0.5,
      avgLatency: 0.2,
    });
    expect(first.arms.candidate.cumulative).toEqual(first.arms.candidate.interval);
    expect(second.arms.stable.interval.runs).toBe(0);
    expect(second.arms.stable.cumulative).toMatchObject({ runs: 1, throughput: 0.05, windowSeconds: 20 });
    expect(second.arms.candidate.interval).toMatchObject({ runs: 1, errors: 0 });
    expect(second.arms.candidate.cumulative).toMatchObject({ runs: 3, errors: 1, windowSeconds: 20 });
    expect(second.arms.mirror.cumulative.runs).toBe(1);
  });

  test("without runs come all the same and say so", async () => {
    const { clock, runs$, windows } = watch();
    runs$.next(makeRunRecord({ arm: "stable" }));
    await clock.advance(20_000);
    const emptiness = windows.map(({ arms }) => [arms.stable.empty, arms.candidate.empty, arms.mirror.empty]);
    expect(emptiness).toEqual([
      [false, true, true],
      [true, true, true],
    ]);
    expect(windows[0]!.arms.candidate.interval).toMatchObject({ runs: 0, successRate: 0 });
  });

  test("count a streak of failures across their borders in the cumulative metrics", async () => {
    const { clock, runs$, windows } = watch();
    runs$.next(makeRunRecord({ ok: true }));
    runs$.next(makeRunRecord({ ok: false }));
    await clock.advance(20_000);
    runs$.next(makeRunRecord({ ok: false }));
    await clock.advance(10_000);
    expect(windows.map(({ arms }) => arms.stable.interval.consecutiveFailures)).toEqual([1, 0, 1]);
    expect(windows.map(({ arms }) => arms.stable.cumulative.consecutiveFailures)).toEqual([1, 1, 2]);
  });

  test("sort runs as the caller says and leave out what belongs to no arm", async () => {
    const { clock, runs$, windows } = watch({
      armOf: ({ versionId }) => (versionId === "v2" ? "candidate" : undefined),
    });
    runs$.next(makeRunRecord({ versionId: "v1" }));
    runs$.next(makeRunRecord({ versionId: "v2" }));
    await clock.advance(10_000);
    const { stable, candidate } = windows[0]!.arms;
    expect([stable.interval.runs, candidate.interval.runs]).toEqual([0, 1]);
  });

  test("are valid metrics", async () => {
    const { clock, runs$, windows } = watch();
    runs$.next(makeRunRecord({ cost: 1, tokens: 2, quality: 1 }));
    await clock.advance(20_000);
    const metrics = windows.flatMap(({ arms }) =>
      Object.values(arms).flatMap(({ interval, cumulative }) => [interval, cumulative]),
    );
    expect(metrics).toHaveLength(12);
    for (const each of metrics) expect(Metrics.parse(each)).toEqual(each);
  });

  test("keep each subscriber's counts apart", async () => {
    const clock = new ManualClock(0);
    const runs$ = new Subject<RunRecord>();
    const windows$ = runWindows(runs$, { clock, intervalSeconds: 1 });
    const seen: [string, number][] = [];
    windows$.subscribe(({ arms }) => seen.push(["early", arms.stable.cumulative.runs]));
    runs$.next(makeRunRecord());
    windows$.subscribe(({ arms }) => seen.push(["late", arms.stable.cumulative.runs]));
    runs$.next(makeRunRecord());
    await clock.advance(1000);
    expect(seen).toEqual([
      ["early", 2],
      ["late", 1],
    ]);
  });
});

describe("the end of windows", () => {
  test("unsubscribing takes the timer back and lets the source go", async () => {
    const { clock, runs$, windows, subscription } = watch();
    await clock.advance(10_000);
    subscription.unsubscribe();
    expect([clock.pending, runs$.observed]).toEqual([0, false]);
    await clock.advance(60_000);
    expect(windows).toHaveLength(1);
  });

  test("a source that completes gives the runs of the open window first", async () => {
    const { clock, runs$, windows, ending } = watch();
    runs$.next(makeRunRecord());
    await clock.advance(4000);
    runs$.complete();
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({
      endedAt: 4000,
      arms: { stable: { interval: { runs: 1, windowSeconds: 4 } } },
    });
    expect(ending.completed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("a source that completes without runs in the open window adds no window", async () => {
    const { clock, runs$, windows, ending } = watch();
    await clock.advance(12_000);
    runs$.complete();
    expect(windows).toHaveLength(1);
    expect(ending.completed).toBe(true);
  });

  test("a source that is over at once leaves no timer behind", () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    runWindows(from([makeRunRecord(), makeRunRecord()]), { clock, intervalSeconds: 1 }).subscribe(
      ({ arms }) => seen.push(arms.stable.interval.runs),
    );
    expect(seen).toEqual([2]);
    expect(clock.pending).toBe(0);
  });

  test("a source that fails ends the windows with its error and stops the timer", () => {
    const clock = new ManualClock(0);
    const failure = new Error("runtime gone");
    const errors: unknown[] = [];
    runWindows(
      throwError(() => failure),
      { clock, intervalSeconds: 1 },
    ).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    expect(errors).toEqual([failure]);
    expect(clock.pending).toBe(0);
  });

  test("a record that cannot be counted ends the windows with the reason", () => {
    const { clock, runs$, ending } = watch();
    runs$.next(makeRunRecord({ durationMs: -5 }));
    expect(ending.error).toMatchObject({ code: "invalid_input" });
    expect([clock.pending, runs$.observed]).toEqual([0, false]);
  });

  test.each([0, -1, NaN, Infinity])("an interval of %d seconds is refused at once", (intervalSeconds) => {
    expect(() => runWindows(NEVER, { clock: new ManualClock(), intervalSeconds })).toThrow(
      expect.objectContaining({
        code: "invalid_config",
        message: expect.stringContaining("intervalSeconds"),
      }),
    );
  });
});

describe("resources", () => {
  test("are read once a window for all arms, since the last window and since the first", async () => {
    let reads = 0;
    let closed = 0;
    const usage = (cpu: number) => ({ cpu, memory: 1, eventLoopDelay: 0 });
    const openMeter = (): ResourceMeter => ({
      read: () => usage((reads += 1)),
      total: () => usage(100),
      close: () => void (closed += 1),
    });
    const { clock, windows, subscription } = watch({ openMeter });
    await clock.advance(20_000);
    const cpu = windows.map(({ arms }) =>
      [arms.stable, arms.candidate].flatMap(({ interval, cumulative }) => [
        interval.resources?.cpu,
        cumulative.resources?.cpu,
      ]),
    );
    expect(cpu).toEqual([
      [1, 100, 1, 100],
      [2, 100, 2, 100],
    ]);
    expect(closed).toBe(0);
    subscription.unsubscribe();
    expect(closed).toBe(1);
  });

  test("are absent without a meter", async () => {
    const { clock, windows } = watch();
    await clock.advance(10_000);
    expect(windows[0]!.arms.stable.interval).not.toHaveProperty("resources");
  });
});
