import { afterEach, describe, expect, test } from "vitest";
import { afterCommand } from "./after-command.ts";
import type { Command } from "./command.ts";
import { readDeploymentConfig } from "./deployment-config.ts";
import { Stage } from "./stage.ts";
import {
  afterLook,
  beginCourse,
  type CourseRules,
  type Look,
  nextDeadline,
  type StageCourse,
} from "./stage-course.ts";
import { MemoryLog } from "./testing/memory-log.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

function production(options: ProductionOptions = {}) {
  const set = scene({
    errorRate: 0,
    deploymentConfig: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5, keepVersions: 2 },
    ...options,
  });
  cleanups.push(set.stop);
  return set;
}

const config = readDeploymentConfig({
  monitoringDurationSeconds: 100,
  maxExtension: 1,
  holdTimeoutSeconds: 1000,
});
const rules = (stage: object): CourseRules => ({ stage: Stage.parse(stage), config, enableRollback: true });
const watchRules = rules({ kind: "watch", share: 0.5 });
const gateRules = rules({ kind: "gate" });

const watching = beginCourse(watchRules, 0);
const courses: Readonly<Record<StageCourse["phase"], StageCourse>> = {
  watching,
  holding: { phase: "holding", deadlineAt: 1_000_000, reason: "too few runs" },
  waiting: beginCourse(gateRules, 0),
  paused: { phase: "paused", since: 0, deadlineAt: 1_000_000, course: watching },
};
const commands: Readonly<Record<string, Command>> = {
  promote: { type: "promote", scope: "stage", by: "ann" },
  promoteAll: { type: "promote", scope: "all", by: "ann" },
  late: { type: "promote", scope: "stage", expectedStage: 7, by: "ann" },
  pause: { type: "pause", by: "ann" },
  resume: { type: "resume", by: "ann" },
  abort: { type: "abort", by: "ann", reason: "no" },
};

describe("each control in each state", () => {
  const expected = {
    watching: {
      promote: "passed",
      promoteAll: "passed",
      late: "declined",
      pause: "paused",
      resume: "declined",
      abort: "aborted",
    },
    holding: {
      promote: "passed",
      promoteAll: "passed",
      late: "declined",
      pause: "paused",
      resume: "declined",
      abort: "aborted",
    },
    waiting: {
      promote: "passed",
      promoteAll: "passed",
      late: "declined",
      pause: "paused",
      resume: "declined",
      abort: "aborted",
    },
    paused: {
      promote: "passed",
      promoteAll: "passed",
      late: "declined",
      pause: "declined",
      resume: "watching",
      abort: "aborted",
    },
  } as const;
  const table = Object.entries(expected).flatMap(([phase, row]) =>
    Object.entries(row).map(([command, outcome]) => [phase, command, outcome] as const),
  );
  test.each(table)("%s: %s gives %s", (phase, command, outcome) => {
    const { step, result } = afterCommand(
      courses[phase as StageCourse["phase"]],
      commands[command] as Command,
      {
        now: 10_000,
        stageIndex: 0,
        holdTimeoutSeconds: 1000,
      },
    );
    const got = !result.ok ? "declined" : (step.outcome?.kind ?? step.course.phase);
    expect(got).toBe(outcome);
    if (!result.ok) expect(result.reason).not.toBe("");
  });
});

describe("every state that waits leaves by its deadline", () => {
  const look = (now: number, over: Partial<Look> = {}): Look => ({
    now,
    kind: "insufficient",
    reasons: ["too few"],
    candidateRuns: 0,
    held: false,
    ...over,
  });
  test.each(Object.entries(courses))("%s", (phase, course) => {
    const of = phase === "waiting" ? gateRules : watchRules;
    let state = course;
    let outcome: string | undefined;
    for (let step = 0; step < 10 && outcome === undefined; step += 1) {
      const now = nextDeadline(state);
      expect(Number.isFinite(now)).toBe(true);
      const after = afterLook(state, look(now), of);
      ({ course: state } = after);
      outcome = after.outcome?.kind;
    }
    expect(outcome).toBe("gave_up");
  });

  test("watching with a guard that holds waits for a person, and then gives up", () => {
    const held = look(0, { kind: "healthy", held: true, candidateRuns: 100 });
    const extended = afterLook(watching, { ...held, now: 100_000 }, watchRules);
    expect(extended.notice?.type).toBe("extended");
    const holding = afterLook(extended.course, { ...held, now: 200_000 }, watchRules);
    expect(holding.course.phase).toBe("holding");
    expect(afterLook(holding.course, { ...held, now: 1_200_000 }, watchRules).outcome?.kind).toBe("gave_up");
    expect(afterLook(holding.course, look(300_000, { kind: "healthy" }), watchRules).outcome?.kind).toBe(
      "passed",
    );
  });
});

describe("going back to an earlier version", () => {
  async function twoDeployed(options: ProductionOptions = {}) {
    const log = new MemoryLog();
    const set = production({ log, ...options });
    const first = set.controller.run(proposal(set.version, { latencyMs: 15 }));
    await set.clock.advance(21_000);
    const one = await first;
    const second = set.controller.run({
      ...proposal(set.version, { latencyMs: 10 }),
      hypothesis: { ...proposal(set.version, { latencyMs: 10 }).hypothesis, graphVersionBaseline: "1.1.0" },
    });
    await set.clock.advance(21_000);
    return { ...set, log, one, two: await second };
  }

  test("puts any version back that is kept ready, and records who and why", async () => {
    const { controller, live, version, log, two } = await twoDeployed();
    expect(live.plan).toEqual({ kind: "all", version: two.versionId });
    expect(controller.deployments().map(({ newVersion }) => newVersion)).toEqual(["1.2.0", "1.1.0"]);
    const back = await controller.rollbackTo(version.versionId, { by: "ann", reason: "customers complain" });
    expect(back).toMatchObject({
      ok: true,
      recorded: true,
      record: { strategy: "rollback", decidedBy: "ann", deployedVersion: version.versionId },
    });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    expect(log.events.at(-2)).toMatchObject({ type: "decided", reason: "customers complain", by: "ann" });
  });

  test("is refused for a version that is not kept, that serves, or while a deployment is under way", async () => {
    const { controller, clock, version, two } = await twoDeployed();
    const why = { by: "ann", reason: "x" };
    expect(await controller.rollbackTo("v_unknown", why)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/not kept ready/),
    });
    expect(await controller.rollbackTo(two.versionId ?? "", why)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/serves already/),
    });
    const running = controller.run({
      ...proposal(version, { latencyMs: 5 }),
      hypothesis: { ...proposal(version, { latencyMs: 5 }).hypothesis, graphVersionBaseline: "1.2.0" },
    });
    await clock.advance(1000);
    expect(await controller.rollbackTo(version.versionId, why)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/abort it first/),
    });
    await clock.advance(21_000);
    await running;
  });

  test("reaches as many versions back as are kept", async () => {
    const { live } = await twoDeployed({
      deploymentConfig: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5, keepVersions: 1 },
    });
    expect(live.versions.map(({ label }) => label)).toEqual(["1.1.0", "1.2.0"]);
  });
});

describe("a retry", () => {
  test("deploys the same once more; of what was completed or is unknown there is none", async () => {
    const { controller, clock, version } = production();
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(1000);
    const id = controller.active ?? "";
    await controller.abort(id, "ann");
    await run;
    const retry = controller.retry(id);
    await clock.advance(21_000);
    expect(retry.ok && (await retry.done)).toMatchObject({ status: "completed" });
    expect(controller.retry(controller.deployments()[0]?.deploymentId ?? "")).toMatchObject({ ok: false });
    expect(controller.retry("nope")).toMatchObject({ ok: false });
  });
});

describe("hooks and observers", () => {
  test("are told everything, and disturb nothing when they throw or reject", async () => {
    const seen: string[] = [];
    const { controller, clock, version, progress } = production({
      hooks: [
        ({ type }) => seen.push(type),
        () => {
          throw new Error("hook broke");
        },
        () => Promise.reject(new Error("hook rejected")),
      ],
    });
    controller.progress$.subscribe(() => {
      throw new Error("observer broke");
    });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(21_000);
    expect(await run).toMatchObject({ status: "completed" });
    expect(seen[0]).toBe("started");
    expect(seen.at(-1)).toBe("ended");
    expect(seen).toEqual(progress.map(({ type }) => type));
    expect(
      progress.flatMap((event) => (event.type === "observer_failed" ? [event.reason] : [])).sort(),
    ).toEqual(["hook broke", "hook rejected", "observer broke"]);
  });
});

test("runs under way on the baseline end with the switch where that is asked for", async () => {
  const { controller, clock, version, records } = production({
    deploymentConfig: {
      monitoringDurationSeconds: 20,
      monitoringIntervalSeconds: 5,
      inFlightOnSwitch: "abort",
    },
  });
  await clock.advance(1005);
  const run = controller.run(proposal(version, { latencyMs: 15 }));
  await clock.advance(21_000);
  await run;
  expect(
    records.some(({ error, versionId }) => error?.type === "run_aborted" && versionId === version.versionId),
  ).toBe(true);
});

test("ten thousand concurrent runs across a rollback give ten thousand results, none on the candidate after the switch", async () => {
  const { controller, clock, version, live, records, stop } = production();
  const run = controller.run(proposal(version, { latencyMs: 400 }));
  await clock.advance(100);
  stop();
  const results = { settled: 0 };
  const start = (count: number): Promise<unknown>[] =>
    Array.from({ length: count }, () =>
      live.run({}).then(
        () => (results.settled += 1),
        () => (results.settled += 1),
      ),
    );
  const before = start(5000);
  const underWay = live.inFlight();
  const abort = controller.abort(controller.active ?? "", "ann");
  await abort;
  await clock.advance(1);
  expect(live.plan).toEqual({ kind: "all", version: version.versionId });
  const switchedAt = records.length + live.inFlight();
  const after = start(5000);
  await clock.advance(5000);
  await Promise.all([...before, ...after]);
  const result = await run;
  expect(underWay).toBeGreaterThanOrEqual(5000);
  expect(results.settled).toBe(10_000);
  expect(new Set(records.map(({ runId }) => runId)).size).toBe(records.length);
  const late = records.filter(({ sequence }) => sequence >= switchedAt);
  expect(late).toHaveLength(5000);
  expect(late.every(({ versionId }) => versionId === version.versionId)).toBe(true);
  expect(records.some(({ versionId }) => versionId === result.versionId)).toBe(true);
});
