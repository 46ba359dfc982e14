import type { DeploymentEvent } from "@spark/rsi-model";
import { afterEach, describe, expect, test } from "vitest";
import type { OutcomeRecorder } from "./ports.ts";
import { MemoryLog } from "./testing/memory-log.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const config = {
  strategy: "canary",
  canaryStages: [0.2, 1],
  monitoringDurationSeconds: 30,
  monitoringIntervalSeconds: 10,
} as const;

function production(log: MemoryLog, options: ProductionOptions = {}) {
  const set = scene({ deploymentConfig: config, ratePerSecond: 40, errorRate: 0, log, ...options });
  cleanups.push(set.stop);
  return set;
}

/** Deploys with a log that dies after so many events, as a killed process does. */
async function killedAfter(
  events: number,
  changes: Record<string, number>,
): Promise<readonly DeploymentEvent[]> {
  const log = new MemoryLog([], { dieAfter: events });
  const { clock, controller, version, stop } = production(log);
  await clock.advance(10_000);
  void controller.run(proposal(version, changes));
  for (let second = 0; second < 100 && !log.dead; second += 1) await clock.advance(1000);
  stop();
  return log.events;
}

const types = (events: readonly DeploymentEvent[]): readonly string[] => events.map(({ type }) => type);

/** How many events an undisturbed deployment has. */
async function undisturbed(changes: Record<string, number>): Promise<number> {
  return (await killedAfter(10_000, changes)).length;
}

describe("a deployment whose process was killed", () => {
  test("after any of its events goes on and ends as it would have, no stage skipped, watched for its whole time", async () => {
    const all = await undisturbed({ latencyMs: 15 });
    expect(all).toBeGreaterThan(12);
    for (let killed = 1; killed < all; killed += 1) {
      const events = await killedAfter(killed, { latencyMs: 15 });
      const log = new MemoryLog(events);
      const { clock, controller, live, version, stop } = production(log);
      const [recovered] = await controller.recover();
      expect(recovered, types(events).join(" ")).toMatchObject({ resumed: true });
      expect(await controller.recover()).toEqual([]);
      await clock.advance(62_000);
      const result = await recovered?.done;
      expect(result, types(events).join(" ")).toMatchObject({ status: "completed" });
      expect(live.plan).toEqual({ kind: "all", version: result?.versionId });
      expect(result?.versionId).not.toBe(version.versionId);
      const told = log.events;
      expect(told.flatMap((event) => (event.type === "stage_entered" ? [event.index] : []))).toEqual([0, 1]);
      expect(types(told).filter((type) => type === "ended")).toHaveLength(1);
      expect(types(told).filter((type) => type === "decided")).toHaveLength(2);
      expect(result?.verdicts.map(({ stage }) => stage.index)).toEqual([0, 1]);
      const watched = told.flatMap((event) =>
        event.type === "checked" ? [(event.checkpoint as { watchedMs: number }).watchedMs] : [],
      );
      expect(Math.max(...watched)).toBe(30_000);
      expect(await controller.recover()).toEqual([]);
      stop();
    }
  });

  test("by a breach is rolled back all the same, and its candidate does not serve again once it is known", async () => {
    const all = await undisturbed({ errorRate: 1 });
    for (let killed = 3; killed < all; killed += 1) {
      const events = await killedAfter(killed, { errorRate: 1 });
      const log = new MemoryLog(events);
      const { clock, controller, live, version, stop } = production(log);
      const [recovered] = await controller.recover();
      await clock.advance(20_000);
      const result = await recovered?.done;
      expect(result).toMatchObject({ status: "rolled_back", verdicts: [{ kind: "breach" }] });
      expect(result?.deployedMetrics?.runs).toBeGreaterThan(0);
      expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      expect(types(log.events).filter((type) => type === "decided")).toHaveLength(1);
      if (types(events).includes("checked")) expect(live.revision).toBe(0);
      stop();
    }
  });

  test.each([
    [true, "completed"],
    [false, "aborted"],
  ])("after a gate was answered with %s is not asked again: %s", async (approved, status) => {
    const gated = (log: MemoryLog, gate: () => Promise<boolean>) =>
      production(log, {
        deploymentConfig: {
          strategy: "stages",
          stages: [{ kind: "gate", approver: { by: "function", name: "owner" } }],
        },
        gates: { owner: gate },
      });
    const log = new MemoryLog();
    const first = gated(log, () => Promise.resolve(approved));
    await first.clock.advance(1000);
    await first.controller.run(proposal(first.version, { latencyMs: 15 }));
    first.stop();
    const answered = types(log.events).indexOf("gate_decided");
    const second = gated(new MemoryLog(log.events.slice(0, answered + 1)), () =>
      Promise.reject(new Error("asked again")),
    );
    const [recovered] = await second.controller.recover();
    expect(await recovered?.done).toMatchObject({ status, deploymentRecord: { decidedBy: "owner" } });
  });

  test("keeps its evidence: what the first process saw counts in the second", async () => {
    const events = await killedAfter(6, { latencyMs: 15 });
    const log = new MemoryLog(events);
    const { clock, controller } = production(log);
    const [recovered] = await controller.recover();
    const before = events.findLast((event) => event.type === "checked");
    await clock.advance(62_000);
    const result = await recovered?.done;
    expect(before?.type === "checked" && before.deployedMetrics?.runs).toBeGreaterThan(50);
    expect(result?.deployedMetrics?.runs).toBeGreaterThan(
      (before?.type === "checked" && before.deployedMetrics?.runs) || 0,
    );
  });

  test("keeps its buckets", async () => {
    const events = await killedAfter(5, { latencyMs: 15 });
    const first = events.find((event) => event.type === "stage_entered");
    const { controller, live, clock } = production(new MemoryLog(events));
    await controller.recover();
    await clock.advance(10);
    expect(live.plan).toEqual(first?.type === "stage_entered" && first.plan);
  });

  test("stays paused, with what was left of its time", async () => {
    const log = new MemoryLog();
    const first = production(log);
    await first.clock.advance(10_000);
    void first.controller.run(proposal(first.version, { latencyMs: 15 }));
    await first.clock.advance(20_000);
    await first.controller.pause(first.controller.active ?? "", "ann");
    await first.clock.advance(5000);
    first.stop();
    const second = production(new MemoryLog(log.events));
    const [recovered] = await second.controller.recover();
    await second.clock.advance(100_000);
    expect(second.live.plan).toMatchObject({ candidateShare: 0.2 });
    await second.controller.resume(recovered?.deploymentId ?? "", "ann");
    await second.clock.advance(9000);
    expect(second.live.plan).toMatchObject({ candidateShare: 0.2 });
    await second.clock.advance(1500);
    expect(second.live.plan).toMatchObject({ kind: "all" });
  });

  test("does what it had promised: whatever command was answered is in the log", async () => {
    type Controller = ReturnType<typeof production>["controller"];
    const commands: readonly (readonly [string, (controller: Controller, id: string) => Promise<unknown>])[] =
      [
        ["completed", (controller, id) => controller.promote(id, "ann", { all: true })],
        ["stage 1", (controller, id) => controller.promote(id, "ann")],
        ["paused", (controller, id) => controller.pause(id, "ann")],
        ["aborted", (controller, id) => controller.abort(id, "ann")],
      ];
    for (const [expected, give] of commands) {
      const log = new MemoryLog();
      const first = production(log);
      await first.clock.advance(10_000);
      void first.controller.run(proposal(first.version, { latencyMs: 15 }));
      await first.clock.advance(15_000);
      const answered = give(first.controller, first.controller.active ?? "").then(() => [...log.events]);
      await first.clock.advance(10);
      const events = await answered;
      first.stop();
      const second = production(new MemoryLog(events));
      const [recovered] = await second.controller.recover();
      let status: string | undefined;
      void recovered?.done.then((result) => (status = result.status));
      await second.clock.advance(16_000);
      if (expected === "stage 1") expect(second.live.plan).toMatchObject({ kind: "all" });
      else if (expected === "paused") expect(second.live.plan).toMatchObject({ candidateShare: 0.2 });
      else expect(status).toBe(expected);
      second.stop();
    }
  });

  test("is recorded as failed where the live graph is another one by now, and the baseline serves", async () => {
    const events = await killedAfter(5, { latencyMs: 15 });
    const log = new MemoryLog(events);
    const outcomes: unknown[] = [];
    const nothing = (): Promise<void> => Promise.resolve();
    const experienceDb: OutcomeRecorder = {
      storeHypothesis: nothing,
      updateTestResults: nothing,
      updateDeploymentOutcome: async ({ outcome }) => void outcomes.push(outcome),
    };
    const { controller, live, version } = production(log, { errorRate: 0.5, experienceDb });
    const [recovered] = await controller.recover();
    expect(recovered).toMatchObject({ resumed: false });
    expect(await recovered?.done).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/does not hold the baseline/),
    });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    expect(types(log.events).at(-1)).toBe("ended");
    // Which says nothing about the change: see `hasFailed`.
    expect(outcomes).toEqual([expect.objectContaining({ status: "failed", phase: "recovery" })]);
    expect(await controller.recover()).toEqual([]);
  });
});

test("a clock that is hours ahead or behind after the restart neither shortens the stage nor hangs it", async () => {
  for (const jumpMs of [6 * 3_600_000, -6 * 3_600_000]) {
    const events = await killedAfter(4, { latencyMs: 15 });
    const { clock, controller, live } = production(
      new MemoryLog(events.map((event) => ({ ...event, at: event.at - jumpMs }))),
    );
    await controller.recover();
    await clock.advance(19_000);
    expect(live.plan).toMatchObject({ candidateShare: 0.2 });
    await clock.advance(1500);
    expect(live.plan).toMatchObject({ kind: "all" });
  }
});

test("a command is answered when the log has it, and not before", async () => {
  const events = await killedAfter(5, { latencyMs: 15 });
  const log = new MemoryLog(events, { dieAfter: events.length + 2 });
  const { clock, controller } = production(log);
  const [recovered] = await controller.recover();
  await clock.advance(10);
  expect(log.dead).toBe(true);
  let answered = false;
  void controller.pause(recovered?.deploymentId ?? "", "ann").then(() => (answered = true));
  await clock.advance(1000);
  expect(answered).toBe(false);
});

test("a log that cannot be written stops a deployment before the traffic moves, and never a rollback", async () => {
  const failing = {
    appendDeploymentEvent: () => Promise.reject(new Error("disk full")),
    readDeployment: () => Promise.resolve([]),
    openDeployments: () => Promise.resolve([]),
  };
  const { controller, version, live } = production(failing as never);
  const revision = live.revision;
  const result = await controller.run(proposal(version, { latencyMs: 15 }));
  expect(result).toMatchObject({
    status: "failed",
    recorded: false,
    error: expect.stringMatching(/disk full/),
  });
  expect(live.revision).toBe(revision);

  let works = true;
  const log = new MemoryLog();
  const dying = {
    appendDeploymentEvent: (event: DeploymentEvent) =>
      works ? log.appendDeploymentEvent(event) : Promise.reject(new Error("disk full")),
    readDeployment: () => Promise.resolve([]),
    openDeployments: () => Promise.resolve([]),
  };
  const second = production(dying as never);
  await second.clock.advance(5000);
  const run = second.controller.run(proposal(second.version, { errorRate: 1 }));
  await second.clock.advance(10);
  works = false;
  await second.clock.advance(20_000);
  expect(await run).toMatchObject({
    status: "rolled_back",
    recorded: false,
    recordError: expect.stringMatching(/disk full/),
  });
  expect(second.live.plan).toEqual({ kind: "all", version: second.version.versionId });
});
