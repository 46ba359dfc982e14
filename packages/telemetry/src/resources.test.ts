import { systemClock } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { describe, expect, test } from "vitest";
import { ResourceUsage } from "./metrics.ts";
import { type ResourceProbe, openResourceMeter } from "./resources.ts";

/** A process whose numbers are set by hand. */
function fakeProcess() {
  const state = { cpu: 100, memory: 5e6, watching: 0, delays: [] as number[][] };
  const probe: ResourceProbe = {
    cpuSeconds: () => state.cpu,
    memoryBytes: () => state.memory,
    watchEventLoop() {
      const delays: number[] = [];
      state.delays.push(delays);
      state.watching += 1;
      return {
        p99Seconds: () => Math.max(0, ...delays),
        reset: () => void delays.splice(0),
        stop: () => void (state.watching -= 1),
      };
    },
  };
  return { state, probe, delay: (seconds: number) => state.delays.forEach((watch) => watch.push(seconds)) };
}

describe("a resource meter", () => {
  test("gives CPU time as a share of one core since the last reading, and since it was opened", async () => {
    const clock = new ManualClock();
    const { state, probe } = fakeProcess();
    const meter = openResourceMeter({ probe, clock });
    state.cpu += 3;
    await clock.advance(2000);
    expect(meter.read()).toEqual({ cpu: 1.5, memory: 5e6, eventLoopDelay: 0 });
    state.cpu += 1;
    state.memory = 6e6;
    await clock.advance(2000);
    expect(meter.read()).toEqual({ cpu: 0.5, memory: 6e6, eventLoopDelay: 0 });
    expect(meter.total()).toEqual({ cpu: 1, memory: 6e6, eventLoopDelay: 0 });
  });

  test("forgets old event loop delays at each reading, but not in the total", () => {
    const { probe, delay } = fakeProcess();
    const meter = openResourceMeter({ probe, clock: new ManualClock() });
    delay(0.25);
    expect(meter.read().eventLoopDelay).toBe(0.25);
    delay(0.01);
    expect(meter.read().eventLoopDelay).toBe(0.01);
    expect(meter.total().eventLoopDelay).toBe(0.25);
  });

  test("says 0 CPU before any time has passed", () => {
    const { state, probe } = fakeProcess();
    const meter = openResourceMeter({ probe, clock: new ManualClock() });
    state.cpu += 1;
    expect(meter.read().cpu).toBe(0);
  });

  test("stops watching when it is closed", () => {
    const { state, probe } = fakeProcess();
    const meter = openResourceMeter({ probe, clock: new ManualClock() });
    expect(state.watching).toBe(2);
    meter.close();
    expect(state.watching).toBe(0);
  });

  test("sees what the real process does: work, memory, and a loop that was blocked", async () => {
    const meter = openResourceMeter();
    try {
      expect(ResourceUsage.parse(meter.read()).eventLoopDelay).toBe(0);
      let usage = meter.read();
      while (usage.eventLoopDelay < 0.05) {
        blockEventLoop(100);
        await systemClock.sleep(0);
        usage = ResourceUsage.parse(meter.total());
      }
      expect(usage.eventLoopDelay).toBeLessThan(10);
      expect(usage.cpu).toBeGreaterThan(0.05);
      expect(usage.memory).toBeGreaterThan(10e6);
    } finally {
      meter.close();
    }
  });
});

function blockEventLoop(ms: number): void {
  const until = systemClock.now() + ms;
  while (systemClock.now() < until);
}
