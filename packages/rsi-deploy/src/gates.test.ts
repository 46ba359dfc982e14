import { afterEach, describe, expect, test } from "vitest";
import { readDeploymentConfig } from "./deployment-config.ts";
import { msUntilOpen } from "./gates/time-of-day.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const watch = { kind: "watch", share: 0.5, durationSeconds: 30 } as const;

function gated(gate: object, options: ProductionOptions = {}) {
  const set = scene({
    errorRate: 0,
    deploymentConfig: {
      strategy: "stages",
      stages: [watch, gate as never, { kind: "watch", share: 1, durationSeconds: 30 }],
      monitoringIntervalSeconds: 5,
      holdTimeoutSeconds: 600,
    },
    ...options,
  });
  cleanups.push(set.stop);
  return set;
}

describe("a gate", () => {
  test("waits for a person at the traffic of the stage before", async () => {
    const { clock, controller, version, live } = gated({ kind: "gate", name: "go live?" });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(100_000);
    expect(live.plan).toMatchObject({ kind: "split", candidateShare: 0.5 });
    expect(await controller.promote(controller.active ?? "", "ann", { expectedStage: 1 })).toEqual({
      ok: true,
    });
    await clock.advance(31_000);
    expect(await run).toMatchObject({ status: "completed" });
  });

  test("that nobody opens ends by its deadline, as it says", async () => {
    for (const [onDeadline, status] of [
      ["rollback", "rolled_back"],
      ["promote", "completed"],
    ] as const) {
      const { clock, controller, version } = gated({ kind: "gate", deadlineSeconds: 120, onDeadline });
      const run = controller.run(proposal(version, { latencyMs: 15 }));
      await clock.advance(30_000 + 120_000 + 31_000);
      expect(await run).toMatchObject({ status });
    }
  });

  test("is still guarded: a candidate that breaks while it waits is taken back", async () => {
    let broken = false;
    const { clock, controller, version } = gated(
      { kind: "gate" },
      {
        live: {
          build: ({ versionId }) => ({
            run: async () => {
              if (broken && versionId !== version0) throw new Error("broken");
            },
          }),
        },
      },
    );
    const version0 = version.versionId;
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(60_000);
    broken = true;
    await clock.advance(10_000);
    expect(await run).toMatchObject({ status: "rolled_back" });
  });

  test("asks a function, which may approve, refuse, or fail", async () => {
    const cases = [
      [async () => true, "completed"],
      [async () => ({ approved: false, reason: "not today" }), "aborted"],
    ] as const;
    for (const [ask, status] of cases) {
      const { clock, controller, version } = gated(
        { kind: "gate", approver: { by: "function", name: "ask" } },
        { gates: { ask } },
      );
      const run = controller.run(proposal(version, { latencyMs: 15 }));
      await clock.advance(62_000);
      expect(await run).toMatchObject({ status });
    }
    const { clock, controller, version, progress } = gated(
      { kind: "gate", approver: { by: "function", name: "ask" } },
      {
        gates: {
          ask: async () => {
            throw new Error("gate keeper asleep");
          },
        },
      },
    );
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(40_000);
    expect(progress.find(({ type }) => type === "waiting")).toMatchObject({
      reason: expect.stringMatching(/asleep/),
    });
    await clock.advance(600_000);
    expect(await run).toMatchObject({ status: "rolled_back" });
  });

  test("asks a webhook, again after a failure, each time with the same key", async () => {
    const keys: string[] = [];
    let calls = 0;
    const send = async (_url: string, init: RequestInit): Promise<Response> => {
      keys.push(new Headers(init.headers).get("idempotency-key") ?? "");
      calls += 1;
      if (calls === 1) throw new Error("connection refused");
      if (calls === 2) return new Response("busy", { status: 503 });
      return Response.json({ approved: true, reason: "looks good" });
    };
    const { clock, controller, version } = gated(
      { kind: "gate", approver: { by: "webhook", url: "http://127.0.0.1/gate" } },
      { send },
    );
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(70_000);
    expect(await run).toMatchObject({ status: "completed" });
    expect(calls).toBe(3);
    expect(new Set(keys).size).toBe(1);
  });

  test("is refused by a webhook with 403, and gives up asking one that never answers", async () => {
    const refusing = gated(
      { kind: "gate", approver: { by: "webhook", url: "http://127.0.0.1/" } },
      { send: async () => Response.json({ reason: "frozen" }, { status: 403 }) },
    );
    const run = refusing.controller.run(proposal(refusing.version, { latencyMs: 15 }));
    await refusing.clock.advance(40_000);
    expect(await run).toMatchObject({ status: "aborted", error: "frozen" });

    let asked = 0;
    const silent = gated(
      { kind: "gate", approver: { by: "webhook", url: "http://127.0.0.1/", timeoutSeconds: 2, retries: 1 } },
      {
        send: (_url, init) =>
          new Promise((_, reject) => {
            asked += 1;
            init.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
          }),
      },
    );
    const waiting = silent.controller.run(proposal(silent.version, { latencyMs: 15 }));
    await silent.clock.advance(50_000);
    expect(asked).toBe(2);
    expect(silent.progress.find(({ type }) => type === "waiting")).toMatchObject({
      reason: expect.stringMatching(/no answer in 2 attempts: no answer within 2 s/),
    });
    await silent.controller.abort(silent.controller.active ?? "", "ann");
    expect(await waiting).toMatchObject({ status: "aborted" });
  });
});

describe("a preview", () => {
  test("serves those who ask for it and the listed keys, and nobody else", async () => {
    const { clock, controller, version, live } = gated(
      { kind: "preview", keys: ["friend"] },
      {
        deploymentConfig: {
          strategy: "stages",
          stages: [
            { kind: "preview", keys: ["friend"] },
            { kind: "watch", share: 1 },
          ],
        },
      },
    );
    const run = controller.run(proposal(version, { answer: "new" }));
    await clock.advance(1000);
    const ask = async (options: object): Promise<unknown> => {
      const answer = live.run({}, options);
      await clock.advance(100);
      return answer;
    };
    expect(await ask({})).toBe("done");
    expect(await ask({ key: "friend" })).toBe("new");
    expect(await ask({ key: "me", prefer: "candidate" })).toBe("new");
    await controller.abort(controller.active ?? "", "ann");
    expect(await run).toMatchObject({ status: "aborted" });
  });
});

describe("time of day", () => {
  const at = (time: string): number => Date.parse(`2026-03-10T${time}Z`);
  test.each([
    ["10:00:00", "09:00", "17:00", 0],
    ["08:59:30", "09:00", "17:00", 30_000],
    ["17:00:00", "09:00", "17:00", 16 * 3_600_000],
    ["23:30:00", "22:00", "06:00", 0],
    ["06:00:00", "22:00", "06:00", 16 * 3_600_000],
    ["12:00:00", "00:00", "00:00", 0],
  ])("at %s the window %s to %s opens in %i ms", (...row) => {
    const [now, from, to, ms] = row;
    expect(msUntilOpen(at(now), { from, to, timeZone: "UTC" })).toBe(ms);
  });

  test("is that of the time zone", () => {
    expect(msUntilOpen(at("08:30:00"), { from: "09:00", to: "17:00", timeZone: "Europe/Vienna" })).toBe(0);
  });
});

describe("configs that make no sense are refused with the field", () => {
  test.each([
    [{ canaryStages: [0.5, 0.1] }, /canaryStages: expected growing shares/],
    [{ canaryStages: [0.5, 1.1] }, /canaryStages\.1/],
    [{ monitoringDurationSeconds: 5 }, /monitoringDurationSeconds: expected at least one interval/],
    [{ monitoringIntervalSeconds: Number.NaN }, /monitoringIntervalSeconds/],
    [{ minSuccessRate: -1 }, /minSuccessRate/],
    [{ maxLatencyMultiplier: 0 }, /maxLatencyMultiplier/],
    [{ strategy: "blue_green" }, /strategy/],
    [{ strategy: "stages" }, /stages/],
    [{ stages: [watch] }, /stages/],
    [
      { strategy: "stages", stages: [watch, { kind: "watch", share: 0.2 }] },
      /stages: expected shares that do not fall/,
    ],
    [
      {
        strategy: "stages",
        stages: [{ kind: "gate", approver: { by: "time_of_day", from: "9", to: "17:00" } }],
      },
      /from/,
    ],
    [{ monitoring_interval_seconds: 5 }, /monitoring_interval_seconds/],
  ])("%j", (input, message) => {
    expect(() => readDeploymentConfig(input)).toThrow(message);
  });
});
