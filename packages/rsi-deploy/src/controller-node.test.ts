import { type GraphVersion } from "@spark/graph";
import { afterEach, describe, expect, test } from "vitest";
import { DeploymentControllerNode } from "./controller-node.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

function production(options: ProductionOptions = {}) {
  const set = scene(options);
  cleanups.push(set.stop);
  return set;
}

const config = {
  monitoringDurationSeconds: 60,
  monitoringIntervalSeconds: 5,
  decision: "threshold",
} as const;

describe.each(["threshold", "sequential"] as const)("a direct deployment decided by %s", (decision) => {
  const deploymentConfig = { ...config, decision, maxErrorRateIncrease: 5 };

  test("keeps a version that is as good and faster", async () => {
    const { clock, controller, live, version, progress } = production({ deploymentConfig });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { latencyMs: 10 }));
    await clock.advance(61_000);
    const result = await run;
    expect(result).toMatchObject({
      success: true,
      status: "completed",
      newVersion: "1.1.0",
      rolledBack: false,
      monitoringStatus: "healthy",
      strategy: "direct",
      recorded: true,
    });
    expect(live.plan).toEqual({ kind: "all", version: result.versionId });
    expect(result.deployedMetrics?.runs).toBeGreaterThan(1000);
    expect(result.baselineMetrics?.avgLatency).toBeGreaterThan(result.deployedMetrics?.avgLatency ?? 0);
    expect(progress.map(({ type }) => type)).toEqual([
      "started",
      "stage_entered",
      ...Array.from({ length: 12 }, () => "checked"),
      "promoted",
      "ended",
    ]);
  });

  test("takes back a version that always fails, within ten of its runs, and no run starts on it afterwards", async () => {
    const { clock, controller, live, version, records } = production({ deploymentConfig });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { errorRate: 1 }));
    await clock.advance(10_000);
    const result = await run;
    expect(result).toMatchObject({
      success: false,
      status: "rolled_back",
      rolledBack: true,
      deploymentRecord: { status: "rolled_back" },
    });
    expect(result.success ? "" : result.rollbackReason).toMatch(
      /consecutive failures|error rate|success rate/,
    );
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    const onCandidate = records.filter(({ versionId }) => versionId === result.versionId);
    expect(onCandidate.length).toBeLessThanOrEqual(10);
    const decidedAt = result.verdicts.at(-1)?.at ?? 0;
    expect(onCandidate.every(({ startedAt }) => startedAt <= decidedAt)).toBe(true);
  });

  test("takes back a version that is slow", async () => {
    const { clock, controller, version } = production({ deploymentConfig });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { latencyMs: 200 }));
    await clock.advance(60_000);
    const result = await run;
    expect(result).toMatchObject({ status: "rolled_back" });
    expect(result.success ? "" : result.rollbackReason).toMatch(
      /latency .* ms \(\d+ runs\) against .* ms of the baseline before/,
    );
  });
});

describe("the end of a stage", () => {
  test("is put off while there are too few runs, and then follows onInsufficientEvidence", async () => {
    for (const [onInsufficientEvidence, status] of [
      ["rollback", "rolled_back"],
      ["promote", "completed"],
    ] as const) {
      const { clock, controller, version, progress } = production({
        deploymentConfig: { ...config, onInsufficientEvidence },
        ratePerSecond: 0.1,
      });
      const run = controller.run(proposal(version, { latencyMs: 10 }));
      await clock.advance(121_000);
      const result = await run;
      expect(result).toMatchObject({ status, monitoringStatus: "insufficient", monitoringDuration: 120 });
      expect(progress.filter(({ type }) => type === "extended")).toHaveLength(1);
    }
  });

  test("waits for a person where it is to hold, and gives up at its deadline", async () => {
    const { clock, controller, version, live } = production({
      deploymentConfig: { ...config, onInsufficientEvidence: "hold", holdTimeoutSeconds: 1000 },
      ratePerSecond: 0.01,
    });
    const run = controller.run(proposal(version, { latencyMs: 10 }));
    await clock.advance(120_000);
    expect(live.plan).not.toEqual({ kind: "all", version: version.versionId });
    await clock.advance(1_000_000);
    expect(await run).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/held until its deadline/),
    });
  });
});

describe("a canary", () => {
  test("goes through its stages with growing shares and ends at full traffic", async () => {
    const { clock, controller, version, live, progress } = production({
      deploymentConfig: { ...config, strategy: "canary", decision: "sequential" },
    });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(241_000);
    expect(await run).toMatchObject({ status: "completed" });
    const plans = progress.flatMap((event) => (event.type === "stage_entered" ? [event.plan] : []));
    expect(plans.map((plan) => (plan.kind === "split" ? plan.candidateShare : 1))).toEqual([
      0.1, 0.25, 0.5, 1,
    ]);
    expect(live.plan.kind).toBe("all");
  });

  test("stops at the stage in which it does harm, with the baseline alongside as the witness", async () => {
    const { clock, controller, version, records } = production({
      deploymentConfig: { ...config, strategy: "canary", decision: "sequential" },
      ratePerSecond: 100,
    });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { errorRate: 0.3 }));
    await clock.advance(240_000);
    const result = await run;
    expect(result).toMatchObject({ status: "rolled_back" });
    expect(result.success ? "" : result.rollbackReason).toMatch(/error rate .* of the baseline alongside/);
    expect(records.filter(({ versionId }) => versionId === result.versionId).length).toBeLessThan(60);
  });
});

describe("controls", () => {
  const controls = { ...config, strategy: "canary", decision: "sequential" } as const;

  test("promote the stage or everything, and refuse a late click", async () => {
    const { clock, controller, version, live } = production({ deploymentConfig: controls });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(1000);
    const id = controller.active ?? "";
    expect(await controller.promote(id, "ann", { expectedStage: 1 })).toMatchObject({ ok: false });
    expect(await controller.promote(id, "ann", { expectedStage: 0 })).toEqual({ ok: true });
    await clock.advance(100);
    expect(live.plan).toMatchObject({ candidateShare: 0.25 });
    await controller.promote(id, "ann", { all: true });
    expect(await run).toMatchObject({ status: "completed", deploymentRecord: { decidedBy: "ann" } });
  });

  test("pause stops the clock of a stage, resume goes on with what was left", async () => {
    const { clock, controller, version, live } = production({ deploymentConfig: controls });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(50_000);
    const id = controller.active ?? "";
    expect(await controller.resume(id, "ann")).toMatchObject({ ok: false });
    await controller.pause(id, "ann", "lunch");
    expect(await controller.pause(id, "ann")).toMatchObject({ ok: false });
    await clock.advance(600_000);
    expect(live.plan).toMatchObject({ candidateShare: 0.1 });
    await controller.resume(id, "ann");
    await clock.advance(9000);
    expect(live.plan).toMatchObject({ candidateShare: 0.1 });
    await clock.advance(1500);
    expect(live.plan).toMatchObject({ candidateShare: 0.25 });
    expect(await controller.abort(id, "ann", "enough")).toEqual({ ok: true });
    expect(await run).toMatchObject({ status: "aborted", error: "enough" });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    expect(await controller.abort(id, "ann")).toMatchObject({ ok: false });
  });

  test("a signal aborts and the baseline is back", async () => {
    const { clock, controller, version, live } = production({ deploymentConfig: controls });
    const stop = new AbortController();
    const run = controller.run(proposal(version, { latencyMs: 15 }), { signal: stop.signal });
    await clock.advance(5000);
    stop.abort("ctrl-c");
    expect(await run).toMatchObject({ status: "aborted", error: "ctrl-c", rolledBack: false });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    expect(clock.pending).toBeLessThan(5);
  });
});

describe("conflicts", () => {
  test("reject refuses the second deployment", async () => {
    const { clock, controller, version } = production({ deploymentConfig: config });
    const first = controller.run(proposal(version, { latencyMs: 15 }));
    const second = await controller.run(proposal(version, { latencyMs: 16 }));
    expect(second).toMatchObject({ status: "rejected", error: expect.stringMatching(/is under way/) });
    await clock.advance(61_000);
    expect(await first).toMatchObject({ status: "completed" });
  });

  test("queue starts the second when the first has ended, and judges it anew", async () => {
    const { clock, controller, version } = production({
      deploymentConfig: { ...config, onConflict: "queue" },
    });
    const first = controller.run(proposal(version, { latencyMs: 15 }));
    const second = controller.run(proposal(version, { latencyMs: 16 }));
    await clock.advance(61_000);
    expect(await first).toMatchObject({ status: "completed" });
    expect(await second).toMatchObject({
      status: "rejected",
      error: expect.stringMatching(/written for version "1.0.0"/),
    });
  });

  test("queue keeps the order of those that come while one that waited is under way", async () => {
    const { clock, controller, version } = production({
      deploymentConfig: { ...config, onConflict: "queue" },
    });
    const deploy = (latencyMs: number, testStatus: "passed" | "failed" = "passed") => {
      const request = proposal(version, { latencyMs });
      return controller.run({ ...request, testResult: { ...request.testResult, status: testStatus } });
    };
    const refused = deploy(15, "failed");
    const stop = new AbortController();
    const first = controller.run(proposal(version, { latencyMs: 16 }), { signal: stop.signal });
    const second = deploy(17);
    const third = deploy(18);
    await clock.advance(5000);
    stop.abort("next");
    await clock.advance(5000);
    const fourth = deploy(19);
    await clock.advance(120_000);
    const written = expect.stringMatching(/written for version "1.0.0"/);
    expect(await Promise.all([refused, first, second, third, fourth])).toMatchObject([
      { status: "rejected" },
      { status: "aborted" },
      { status: "completed" },
      { status: "rejected", error: written },
      { status: "rejected", error: written },
    ]);
  });

  test("supersede takes the first back and starts the second from the same stable version", async () => {
    const { clock, controller, version } = production({
      deploymentConfig: { ...config, onConflict: "supersede" },
    });
    const first = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(5000);
    const second = controller.run(proposal(version, { latencyMs: 16 }));
    await clock.advance(61_000);
    expect(await first).toMatchObject({ status: "aborted", error: expect.stringMatching(/superseded/) });
    expect(await second).toMatchObject({
      status: "completed",
      deploymentRecord: { baselineVersion: version.versionId },
    });
  });

  test("supersede lets the newest through, also past one that still waits", async () => {
    const { clock, controller, version } = production({
      deploymentConfig: { ...config, onConflict: "supersede" },
    });
    const runs = [15, 16, 17].map((latencyMs) => controller.run(proposal(version, { latencyMs })));
    await clock.advance(61_000);
    expect(await Promise.all(runs)).toMatchObject([
      { status: "aborted", error: expect.stringMatching(/superseded/) },
      { status: "rejected", error: expect.stringMatching(/superseded/) },
      { status: "completed" },
    ]);
  });

  test("a closed controller deploys nothing more, neither what waits nor what comes", async () => {
    const { clock, controller, version, live } = production({
      deploymentConfig: { ...config, onConflict: "queue" },
    });
    const first = controller.run(proposal(version, { latencyMs: 15 }));
    const second = controller.run(proposal(version, { latencyMs: 16 }));
    await clock.advance(5000);
    const closed = controller.close();
    await clock.advance(1000);
    await closed;
    const closedController = { status: "rejected", error: "the controller is closed" };
    expect(await first).toMatchObject({ status: "aborted" });
    expect(await second).toMatchObject(closedController);
    expect(await controller.run(proposal(version, { latencyMs: 17 }))).toMatchObject(closedController);
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
  });

  test("two controllers on one graph: the second is refused", async () => {
    const { clock, controller, version, live, registry } = production({ deploymentConfig: config });
    const other = new DeploymentControllerNode({ target: live, registry, deploymentConfig: config });
    const first = controller.run(proposal(version, { latencyMs: 15 }));
    expect(await other.run(proposal(version, { latencyMs: 16 }))).toMatchObject({
      status: "rejected",
      error: expect.stringMatching(/another controller/),
    });
    await clock.advance(61_000);
    expect(await first).toMatchObject({ status: "completed" });
  });
});

test.each([undefined, null, {}, { target: {} }, { target: "live" }])(
  "a controller of %j says that it lacks its graph",
  (options) => {
    expect(() => new DeploymentControllerNode(options as never)).toThrow(
      /target: expected the LiveGraph of production, got/,
    );
  },
);

describe("refusals touch nothing", () => {
  const cases: [string, (version: GraphVersion) => unknown, RegExp][] = [
    [
      "a failed test",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        testResult: { hypothesisId: "h1", testId: "t", status: "failed" },
      }),
      /has not passed/,
    ],
    [
      "a missing test result",
      (v) => ({ hypothesis: proposal(v, { latencyMs: 1 }).hypothesis }),
      /testResult/,
    ],
    [
      "the test of another hypothesis",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        testResult: { hypothesisId: "h2", testId: "t", status: "passed" },
      }),
      /of hypothesis "h2"/,
    ],
    [
      "a hypothesis of another graph",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        hypothesis: { ...proposal(v, { latencyMs: 1 }).hypothesis, graphId: "x" },
      }),
      /about graph "x"/,
    ],
    [
      "a stale baseline",
      (v) => ({ ...proposal(v, { latencyMs: 1 }), baselineSpec: { ...v.spec, description: "older" } }),
      /not what is live/,
    ],
    [
      "a stale version",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        hypothesis: { ...proposal(v, { latencyMs: 1 }).hypothesis, graphVersionBaseline: "0.9.0" },
      }),
      /written for version "0.9.0"/,
    ],
    ["no changes", (v) => proposal(v, {}), /no changes/],
    ["changes that change nothing", (v) => proposal(v, { latencyMs: 20 }), /no difference/],
    [
      "a change of the wrong type",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        hypothesis: { ...proposal(v, { latencyMs: 1 }).hypothesis, changes: [{ type: "node_rename" }] },
      }),
      /hypothesis\.changes\.0/,
    ],
    ["a config value the node refuses", (v) => proposal(v, { errorRate: 2 }), /errorRate/],
    [
      "another version than was tested",
      (v) => ({
        ...proposal(v, { latencyMs: 1 }),
        testResult: { hypothesisId: "h1", testId: "t", status: "passed", testedVersionId: "v_other" },
      }),
      /the test was of version v_other/,
    ],
    ["nothing at all", () => undefined, /inputs/],
    [
      "a value that is no JSON",
      (v) => proposal(v, { latencyMs: Number.NaN }),
      /0\.newValue: expected .*, got NaN/,
    ],
    [
      "a value that is no JSON within",
      (v) => proposal(v, { latencyMs: { a: [Number.NaN] } }),
      /newValue\.a\.0: expected .*, got NaN/,
    ],
    ["a bigint", (v) => proposal(v, { latencyMs: 10n as never }), /0\.newValue: expected .*, got a bigint/],
  ];
  test.each(cases)("%s", async (_, inputs, reason) => {
    const { controller, live, version } = production({ deploymentConfig: config });
    const before = live.revision;
    const result = await controller.run(inputs(version) as never);
    expect(result).toMatchObject({ success: false, status: "rejected", rolledBack: false });
    expect(result.success ? "" : result.error).toMatch(reason);
    expect(live.revision).toBe(before);
    expect(live.versions).toHaveLength(1);
  });

  test("high risk without an approval, where review is required", async () => {
    const { controller, version, clock } = production({
      deploymentConfig: { ...config, requireReview: true },
    });
    const risky = proposal(version, { latencyMs: 15 });
    const request = { ...risky, hypothesis: { ...risky.hypothesis, riskLevel: "high" as const } };
    expect(await controller.run(request)).toMatchObject({
      status: "rejected",
      error: expect.stringMatching(/needs an approval/),
    });
    const approved = controller.run({ ...request, approval: { approvedBy: "ann" } });
    await clock.advance(61_000);
    expect(await approved).toMatchObject({ status: "completed" });
  });
});

describe("switches", () => {
  test("without monitoring the candidate serves at once", async () => {
    const { controller, version, live } = production({ deploymentConfig: config, enableMonitoring: false });
    const result = await controller.run(proposal(version, { errorRate: 1 }));
    expect(result).toMatchObject({ status: "completed", monitoringStatus: "disabled" });
    expect(live.plan).toEqual({ kind: "all", version: result.versionId });
  });

  test("without rollback a breach is reported and traffic stays", async () => {
    const { controller, version, live, clock, progress } = production({
      deploymentConfig: config,
      enableRollback: false,
    });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { errorRate: 1 }));
    await clock.advance(61_000);
    const result = await run;
    expect(result).toMatchObject({
      success: true,
      status: "completed",
      monitoringStatus: "breach",
      deploymentRecord: { breachReason: expect.stringMatching(/consecutive failures/) },
    });
    expect(live.plan).toEqual({ kind: "all", version: result.versionId });
    expect(progress.some((event) => event.type === "breach" && !event.rolledBack)).toBe(true);
  });

  test("with inFlight abort the runs under way on the candidate end with the rollback", async () => {
    const { controller, version, clock, records } = production({
      deploymentConfig: { ...config, inFlight: "abort" },
    });
    await clock.advance(30_000);
    const run = controller.run(proposal(version, { latencyMs: 3000, errorRate: 0 }));
    await clock.advance(1000);
    await controller.abort(controller.active ?? "", "ann");
    const result = await run;
    expect(
      records.filter((r) => r.versionId === result.versionId && r.error?.type === "run_aborted").length,
    ).toBeGreaterThan(10);
  });
});

test("every run gives one result across a rollback", async () => {
  const { controller, version, clock, records, counts } = production({
    deploymentConfig: config,
    ratePerSecond: 200,
  });
  await clock.advance(5000);
  const run = controller.run(proposal(version, { errorRate: 1 }));
  await clock.advance(10_000);
  await run;
  cleanups.splice(0).forEach((cleanup) => cleanup());
  await clock.advance(10_000);
  const { sent, settled } = counts;
  expect(settled).toBe(sent);
  expect(records).toHaveLength(sent);
  expect(new Set(records.map(({ runId }) => runId)).size).toBe(sent);
});
