import { describe, expect, test } from "vitest";
import { Graph } from "./graph.ts";
import { defineNode } from "./node.ts";
import { RetryPolicy, pauseMs } from "./policies.ts";
import { NodeRegistry } from "./registry.ts";
import type { NodeContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";
import { ManualClock } from "./testing.ts";

interface Behaviour {
  (attempt: number, context: NodeContext): unknown;
}

function flaky(behaviour: Behaviour, policies: object): { run: Promise<unknown>; clock: ManualClock } {
  const clock = new ManualClock(0);
  let attempts = 0;
  const node = defineNode({
    type: "Flaky",
    process: async (_inputs: unknown, context: NodeContext) => behaviour((attempts += 1), context),
  });
  const graph = Graph.fromSpec(
    { id: "g", start: "a", nodes: [{ id: "a", type: "Flaky", config: { policies: policies as never } }] },
    new NodeRegistry([node]),
    { clock },
  );
  const run = graph.run({});
  run.catch(() => undefined);
  return { run, clock };
}

describe("retry", () => {
  test("tries again until it works, and tells the node which attempt it is", async () => {
    const seen: number[] = [];
    const { run } = flaky(
      (attempt, context) => {
        seen.push(context.attempt);
        if (attempt < 3) throw new Error("not yet");
        return "done";
      },
      { retry: { maxAttempts: 3 } },
    );
    expect(await run).toBe("done");
    expect(seen).toEqual([1, 2, 3]);
  });

  test("gives up after the last attempt and says how many there were", async () => {
    const { run } = flaky(
      () => {
        throw new Error("never");
      },
      { retry: { maxAttempts: 3 } },
    );
    await expect(run).rejects.toMatchObject({
      code: "node_failed",
      message: 'Node "a" failed on attempt 3: never',
      details: { attempt: 3 },
    });
  });

  test("pauses longer and longer, up to the longest pause", () => {
    const retry = RetryPolicy.parse({ delaySeconds: 1, backoffMultiplier: 3, maxDelaySeconds: 5 });
    expect([1, 2, 3].map((attempts) => pauseMs(retry, attempts))).toEqual([1000, 3000, 5000]);
  });

  test("waits by the clock between attempts", async () => {
    let tries = 0;
    const { run, clock } = flaky(
      () => {
        if ((tries += 1) < 3) throw new Error("not yet");
        return tries;
      },
      { retry: { maxAttempts: 3, delaySeconds: 1 } },
    );
    await clock.advance(999);
    expect(tries).toBe(1);
    await clock.advance(1);
    expect(tries).toBe(2);
    await clock.advance(2000);
    expect(await run).toBe(3);
  });

  test("leaves errors alone that its filter does not name", async () => {
    const behaviour = (attempt: number): string => {
      if (attempt === 1) throw new RangeError("once");
      return "done";
    };
    const retry = { maxAttempts: 2 };
    await expect(flaky(behaviour, { retry: { ...retry, retryOn: ["TypeError"] } }).run).rejects.toThrow(
      /once/,
    );
    expect(await flaky(behaviour, { retry: { ...retry, retryOn: ["RangeError"] } }).run).toBe("done");
  });
});

describe("time-out", () => {
  test("fails the attempt, aborts its signal, and leaves the run's signal alone", async () => {
    let signal: AbortSignal | undefined;
    const { run, clock } = flaky(
      (_attempt, context) => {
        ({ signal } = context);
        return new Promise(() => undefined);
      },
      { timeoutSeconds: 2 },
    );
    await clock.advance(2000);
    await expect(run).rejects.toMatchObject({ details: { type: "node_timeout", nodeId: "a" } });
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBeInstanceOf(SparkError);
    expect(clock.pending).toBe(0);
  });

  test("is given to each attempt anew", async () => {
    const { run, clock } = flaky(
      (attempt, context) =>
        attempt === 1 ? new Promise(() => undefined) : context.clock.sleep(1900).then(() => "in time"),
      { timeoutSeconds: 2, retry: { maxAttempts: 2, retryOn: ["node_timeout"] } },
    );
    await clock.advance(3900);
    expect(await run).toBe("in time");
  });
});

test("a policy that does not fit is refused with the node's id", () => {
  expect(() => flaky(() => 1, { retry: { maxAttempts: 0 } })).toThrow(
    /Node "a".*config\.policies\.retry\.maxAttempts/,
  );
  expect(() => flaky(() => 1, { timeout: 3 })).toThrow(/Node "a".*config\.policies.*timeout/);
});
