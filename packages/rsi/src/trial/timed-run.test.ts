import { RunContext, type Runnable } from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import { describe, expect, test } from "vitest";
import { timedRun } from "./timed-run.ts";

function watch(signal?: AbortSignal) {
  return { clock: new ManualClock(), ids: sequentialIds(), timeoutSeconds: 2, signal };
}

const hang: Runnable = { run: () => new Promise(() => undefined) };

describe("a timed run", () => {
  test("gives the output, how long it took and what the nodes reported", async () => {
    const stopwatch = watch();
    const runnable: Runnable = {
      run: async (input, context) => {
        await stopwatch.clock.advance(300);
        context.report({ cost: 2, quality: 0.5 });
        return input;
      },
    };
    expect(await timedRun(runnable, "hello", stopwatch)).toEqual({
      run: { ok: true, latencySeconds: 0.3, cost: 2, quality: 0.5 },
      output: "hello",
    });
    expect(stopwatch.clock.pending).toBe(0);
  });

  test("counts a failure with its type and its time", async () => {
    const runnable: Runnable = {
      run: () => {
        throw new TypeError("no such thing");
      },
    };
    const { run } = await timedRun(runnable, 1, watch());
    expect(run).toEqual({ ok: false, latencySeconds: 0, errorType: "TypeError", message: "no such thing" });
  });

  test("ends at its time-out, is that slow, and tells the run to stop", async () => {
    const stopwatch = watch();
    let context = new RunContext();
    const pending = timedRun(
      {
        run: (_, given) => {
          context = given;
          return hang.run(_, given);
        },
      },
      1,
      stopwatch,
    );
    await stopwatch.clock.advance(5000);
    const { run } = await pending;
    expect(run).toMatchObject({ ok: false, latencySeconds: 2, errorType: "run_timeout", timedOut: true });
    expect(context.signal.aborted).toBe(true);
  });

  test("is broken off by the signal, with its reason", async () => {
    const controller = new AbortController();
    const stopwatch = watch(controller.signal);
    const pending = timedRun(hang, 1, stopwatch);
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    expect(stopwatch.clock.pending).toBe(0);
    await expect(timedRun(hang, 1, watch(controller.signal))).rejects.toThrow("enough");
  });
});
