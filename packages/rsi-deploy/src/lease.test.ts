import { ManualClock } from "@spark/graph/testing";
import type { DeploymentEvent } from "@spark/rsi-model";
import { afterEach, expect, test } from "vitest";
import { LeasedLog } from "./testing/leased-log.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const deploymentConfig = {
  strategy: "canary",
  canaryStages: [0.2, 1],
  monitoringDurationSeconds: 30,
  monitoringIntervalSeconds: 10,
  leaseSeconds: 30,
} as const;

/** Several processes with the same graph, and one log between them. */
function processes() {
  const clock = new ManualClock();
  const log = new LeasedLog(clock);
  const start = (options: Partial<ProductionOptions> = {}) => {
    const set = scene({ clock, log, deploymentConfig, ratePerSecond: 40, errorRate: 0, ...options });
    cleanups.push(set.stop);
    return set;
  };
  return { clock, log, start };
}

/** The log as it looks to a process that hangs: renewals never arrive, the rest does. */
function withoutRenewals(log: LeasedLog): LeasedLog {
  return new Proxy(log, {
    get: (target, name) => {
      if (name === "renewLease") return () => new Promise(() => undefined);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

const tokens = (events: readonly DeploymentEvent[]) => [...new Set(events.map(({ token }) => token))];

test("a second controller on the same log is refused with the holder's name, until what is under way has ended", async () => {
  const { clock, log, start } = processes();
  const [first, second] = [start({ name: "first" }), start({ name: "second" })];
  await clock.advance(5000);
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(10);
  expect(await second.controller.run(proposal(second.version, { latencyMs: 15 }))).toMatchObject({
    status: "rejected",
    error: expect.stringMatching(/decided by first_\d+.*Close that controller/),
    rolledBack: false,
  });
  await expect(second.controller.recover()).rejects.toMatchObject({ code: "lease_held" });
  expect(second.live.revision).toBe(0);
  await clock.advance(62_000);
  expect(await run).toMatchObject({ status: "completed", recorded: true });
  expect(tokens(log.events.filter(({ type }) => type !== "ended"))).toEqual([1]);
  const again = second.controller.run(proposal(second.version, { latencyMs: 15 }));
  await clock.advance(20_000);
  await second.controller.close();
  expect(await again).toMatchObject({ status: "aborted", recorded: true });
  expect(
    await first.controller.rollbackTo(first.version.versionId, { by: "ann", reason: "r" }),
  ).toMatchObject({ ok: true, recorded: true });
  expect(tokens(log.events.filter(({ type }) => type !== "ended"))).toEqual([1, 2, 3]);
});

test("an expired lease is taken over with a higher token, and the deployment goes on there; the stale one stands down", async () => {
  const { clock, log, start } = processes();
  const first = start({ log: withoutRenewals(log), name: "first" });
  const second = start({ name: "second" });
  await clock.advance(5000);
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  // Its process hangs: it looks at nothing any more, and its lease runs out.
  await clock.advance(25_000);
  await expect(second.controller.recover()).rejects.toMatchObject({ code: "lease_held" });
  await clock.advance(5100);
  const [recovered] = await second.controller.recover();
  expect(recovered).toMatchObject({ resumed: true });
  await clock.advance(10_500);

  // The first notices at its next entry in the log.
  const result = await run;
  expect(result).toMatchObject({
    success: false,
    recorded: false,
    recordError: expect.stringMatching(/Token 1 does not count any more: second_\d+ has token 2/),
  });
  expect(first.live.plan).toEqual({ kind: "all", version: first.version.versionId });
  await clock.advance(60_000);
  expect(await recovered?.done).toMatchObject({ status: "completed", recorded: true });
  expect(second.live.plan).toMatchObject({ kind: "all", version: result.versionId });
  expect(tokens(log.events)).toEqual([1, 2]);
  expect(log.events.filter(({ type }) => type === "ended")).toHaveLength(1);
});

test("a controller that has lost its lease never promotes, and says nothing to the database about it", async () => {
  const told: unknown[] = [];
  const { clock, log, start } = processes();
  const tell = async (report: unknown) => void told.push(report);
  const experienceDb = { storeHypothesis: tell, updateTestResults: tell, updateDeploymentOutcome: tell };
  const first = start({ log: withoutRenewals(log), experienceDb });
  await clock.advance(5000);
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  // Somebody takes the lease over at the very end of a stage, before the next is announced.
  await clock.advance(29_900);
  await log.releaseLease({ graphId: "g", token: 1 });
  await log.takeLease({ graphId: "g", holder: "somebody", ttlSeconds: 1000 });
  await clock.advance(30_000);
  expect(await run).toMatchObject({ success: false, recorded: false });
  expect(first.controller.active).toBeUndefined();
  expect(first.live.plan).toEqual({ kind: "all", version: first.version.versionId });
  expect(log.events.flatMap((event) => (event.type === "stage_entered" ? [event.index] : []))).toEqual([0]);
  expect(told).toEqual([]);
});

test("a renewal that is refused ends the deployment at once, with the baseline back", async () => {
  const { clock, log, start } = processes();
  const first = start();
  await clock.advance(5000);
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(3000);
  await log.releaseLease({ graphId: "g", token: 1 });
  await log.takeLease({ graphId: "g", holder: "somebody", ttlSeconds: 1000 });
  await clock.advance(8000);
  expect(await run).toMatchObject({
    status: "aborted",
    error: expect.stringMatching(/another controller has taken the lease of graph "g" after token 1/),
    recorded: false,
  });
  expect(first.live.plan).toEqual({ kind: "all", version: first.version.versionId });
});

test("recovering twice at the same time takes a deployment up once", async () => {
  const { clock, log, start } = processes();
  const first = start({ log: withoutRenewals(log) });
  await clock.advance(5000);
  void first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(25_000);
  first.stop();
  await log.releaseLease({ graphId: "g", token: 1 });
  const second = start();
  const found = await Promise.all([second.controller.recover(), second.controller.recover()]);
  expect(found.flat()).toMatchObject([{ resumed: true }]);
  await clock.advance(60_000);
  expect(await found.flat()[0]?.done).toMatchObject({ status: "completed", recorded: true });
  expect(await second.controller.recover()).toEqual([]);
});

test("a controller that was fenced off may decide again when the lease is free", async () => {
  const { clock, log, start } = processes();
  const first = start();
  await clock.advance(5000);
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(3000);
  await log.releaseLease({ graphId: "g", token: 1 });
  const somebody = await log.takeLease({ graphId: "g", holder: "somebody", ttlSeconds: 1000 });
  await clock.advance(10_000);
  expect(await run).toMatchObject({ recorded: false });
  const refused = await first.controller.run(proposal(first.version, { latencyMs: 15 }));
  expect(refused).toMatchObject({ status: "rejected", error: expect.stringMatching(/decided by somebody/) });
  await log.releaseLease(somebody.lease);
  const again = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(62_000);
  expect(await again).toMatchObject({ status: "completed", recorded: true });
});
