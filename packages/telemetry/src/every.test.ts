import type { Clock } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { take } from "rxjs";
import { describe, expect, test } from "vitest";
import { every } from "./every.ts";

/** A clock whose timers fire when the test says so, at whatever time it says. */
class HandClock implements Pick<Clock, "now" | "schedule"> {
  time = 0;
  readonly delays: number[] = [];
  #callback = (): void => {};

  now(): number {
    return this.time;
  }

  schedule(ms: number, callback: () => void): () => void {
    this.delays.push(ms);
    this.#callback = callback;
    return () => {};
  }

  fireAt(time: number): void {
    this.time = time;
    this.#callback();
  }
}

function ticksOf(clock: Pick<Clock, "now" | "schedule">, ms: number): number[] {
  const ticks: number[] = [];
  every(clock, ms).subscribe((tick) => ticks.push(tick));
  return ticks;
}

describe("every", () => {
  test("ticks at each multiple of the interval", async () => {
    const clock = new ManualClock();
    const ticks = ticksOf(clock, 10);
    await clock.advance(9);
    expect(ticks).toEqual([]);
    await clock.advance(1);
    expect(ticks).toEqual([1]);
    await clock.advance(25);
    expect(ticks).toEqual([1, 2, 3]);
  });

  test("makes up for late timers, so that lateness does not add up", () => {
    const clock = new HandClock();
    ticksOf(clock, 100);
    clock.fireAt(103);
    clock.fireAt(204);
    expect(clock.delays).toEqual([100, 97, 96]);
  });

  test("does not give a tick twice when its timer fires early", () => {
    const clock = new HandClock();
    const ticks = ticksOf(clock, 100);
    clock.fireAt(99.5);
    expect(clock.delays).toEqual([100, 100.5]);
    clock.fireAt(200);
    expect(ticks).toEqual([1, 2]);
  });

  test("skips deadlines that have passed while the process was busy", () => {
    const clock = new HandClock();
    const ticks = ticksOf(clock, 100);
    clock.fireAt(350);
    clock.fireAt(400);
    expect(clock.delays).toEqual([100, 50, 100]);
    expect(ticks).toEqual([1, 4]);
  });

  test("takes its timer back when nobody listens any more", async () => {
    const clock = new ManualClock();
    const subscription = every(clock, 10).subscribe();
    expect(clock.pending).toBe(1);
    subscription.unsubscribe();
    expect(clock.pending).toBe(0);

    every(clock, 10).pipe(take(2)).subscribe();
    await clock.advance(20);
    expect(clock.pending).toBe(0);
  });

  test.each([0, -1, NaN, Infinity])("refuses an interval of %d ms", (ms) => {
    expect(() => every(new ManualClock(), ms)).toThrow(expect.objectContaining({ code: "invalid_config" }));
  });
});
