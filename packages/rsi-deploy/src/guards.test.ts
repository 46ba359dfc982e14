import { afterEach, describe, expect, test } from "vitest";
import type { UserGuard } from "./guards/user-guard.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Verdict } from "./verdict.ts";

const config = { monitoringDurationSeconds: 60, monitoringIntervalSeconds: 5 } as const;

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

function production(options: ProductionOptions = {}) {
  const set = scene({ errorRate: 0, ratePerSecond: 50, ...options });
  cleanups.push(set.stop);
  return set;
}

/** Warms up, deploys the changes, and lets a minute pass. */
async function deploy(
  options: ProductionOptions,
  changes: Readonly<Record<string, number>>,
): Promise<DeploymentResult> {
  const { clock, controller, version } = production(options);
  await clock.advance(20_000);
  const run = controller.run(proposal(version, changes));
  await clock.advance(121_000);
  return run;
}

const readingOf = (verdict: Verdict | undefined, name: string) =>
  verdict?.readings.find(({ guard }) => guard === name);

describe.each(["sequential", "threshold"] as const)("guards decided by %s", (decision) => {
  test("take back a version that costs more than it may, and keep one that costs as much", async () => {
    const options: ProductionOptions = {
      baseline: { cost: 0.01 },
      deploymentConfig: { ...config, decision, maxCostIncrease: 0.2 },
    };
    const dear = await deploy(options, { cost: 0.03 });
    expect(dear).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/^cost 0\.0\d+ .* limit 0\.01\d+/),
    });
    expect(await deploy(options, { cost: 0.0101 })).toMatchObject({ status: "completed" });
  });

  test("take back a version whose answers are worse than they may be", async () => {
    const options: ProductionOptions = {
      baseline: { quality: 0.66 },
      deploymentConfig: { ...config, decision, minQuality: 0.6 },
    };
    expect(await deploy(options, { quality: 0.4 })).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/^quality 0\.\d+ .* limit 0\.6/),
    });
    expect(await deploy(options, { quality: 0.64 })).toMatchObject({ status: "completed" });
  });
});

describe("guards of one's own", () => {
  const slow: UserGuard = {
    name: "slow_runs",
    read: ({ durationMs }) => durationMs > 30,
    direction: "higher_is_worse",
    margin: 0.5,
    severity: "rollback",
  };
  // Latency as such may rise tenfold, so that only the guard in question can speak.
  const lenient = { ...config, maxLatencyMultiplier: 10, holdTimeoutSeconds: 3000 } as const;

  test("take back what breaks them, each named in the reason", async () => {
    const result = await deploy({ guards: [slow], deploymentConfig: lenient }, { latencyMs: 60 });
    expect(result).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/^slow_runs \d+(\.\d+)? % \(\d+ of \d+ runs\)/),
    });
  });

  test("of severity hold keep the stage from ending until a person decides", async () => {
    const { clock, controller, version, progress } = production({
      guards: [{ ...slow, severity: "hold" }],
      deploymentConfig: lenient,
    });
    await clock.advance(20_000);
    const run = controller.run(proposal(version, { latencyMs: 60 }));
    await clock.advance(130_000);
    expect(progress.find(({ type }) => type === "waiting")).toMatchObject({
      reason: expect.stringMatching(/^slow_runs/),
    });
    expect(await controller.promote(controller.active ?? "", "ann", { reason: "worth it" })).toEqual({
      ok: true,
    });
    await clock.advance(1000);
    expect(await run).toMatchObject({ status: "completed", deploymentRecord: { decidedBy: "ann" } });
  });

  test("of severity warn only say so, beside the budget of the others", async () => {
    const guards = [{ ...slow, severity: "warn" } as const];
    const result = await deploy({ guards, deploymentConfig: lenient }, { latencyMs: 60 });
    const verdict = result.verdicts.at(-1);
    expect(result).toMatchObject({ status: "completed", monitoringStatus: "healthy" });
    expect(readingOf(verdict, "slow_runs")).toMatchObject({ severity: "warn", breached: true });
    expect(verdict?.reasons[0]).toMatch(/^slow_runs/);
  });

  test("that throw change nothing for anybody, and it is said how often and why", async () => {
    const broken: UserGuard = {
      ...slow,
      name: "broken",
      read: ({ versionId, sequence }) => {
        if (versionId === first && sequence % 2 === 0) return false;
        throw new TypeError("no such score");
      },
    };
    let first = "";
    const { clock, controller, version, records } = production({
      guards: [broken],
      deploymentConfig: { ...lenient, strategy: "canary" },
    });
    first = version.versionId;
    await clock.advance(20_000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(241_000);
    const result = await run;
    expect(result).toMatchObject({ status: "completed" });
    expect(records.filter(({ ok }) => !ok)).toEqual([]);
    const said = result.verdicts.at(-1);
    expect(readingOf(said, "broken")?.unread?.runs).toBeGreaterThan(1000);
    expect(said?.reasons.join()).toMatch(/could not read \d+ runs \(TypeError: no such score\)/);
  });

  test("with faults are refused by the controller, all at once", () => {
    expect(() => production({ guards: [{ ...slow, name: "cost", margin: -1 }] })).toThrow(
      /guards\.0\.name: .*; guards\.0\.margin: /,
    );
  });
});

describe("the split of the traffic", () => {
  const canary = {
    ...config,
    strategy: "stages",
    stages: [{ kind: "watch", share: 0.1 }],
    holdTimeoutSeconds: 500,
  } as const;

  test("is said in every verdict while there is one", async () => {
    const result = await deploy({ deploymentConfig: canary }, { latencyMs: 15 });
    const reading = readingOf(result.verdicts.at(-1), "sample_ratio");
    expect(reading).toMatchObject({ limit: 0.1, unit: "share", breached: false, severity: "hold" });
    expect(Math.abs((reading?.candidate.value ?? 0) - 0.1)).toBeLessThan(0.03);
    const direct = await deploy({ deploymentConfig: config }, { latencyMs: 15 });
    expect(readingOf(direct.verdicts.at(-1), "sample_ratio")).toBeUndefined();
  });

  test.each([
    ["hold", undefined],
    ["warn", "completed"],
    ["rollback", "rolled_back"],
  ] as const)("that is not as planned is answered by %s", async (onSampleRatioMismatch, status) => {
    // Every run without a key draws a low lot, so that all of them come to the candidate.
    const { clock, controller, version, live, progress } = production({
      live: { random: () => 0.01 },
      deploymentConfig: { ...canary, onSampleRatioMismatch },
    });
    let running = true;
    cleanups.push(() => (running = false));
    const send = (): void => {
      if (!running) return;
      live.run({}).catch(() => undefined);
      clock.schedule(100, send);
    };
    send();
    await clock.advance(20_000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(121_000);
    if (status === undefined) {
      expect(progress.find(({ type }) => type === "waiting")).toMatchObject({
        reason: expect.stringMatching(/^the candidate's share of the traffic .* planned 10 %; evidence/),
      });
      await clock.advance(500_000);
      expect(await run).toMatchObject({
        status: "rolled_back",
        rollbackReason: expect.stringMatching(/held until its deadline: the candidate's share/),
      });
    } else {
      expect(await run).toMatchObject({ status });
    }
  });

  test("leaves runs out that asked for their version, from evidence and from the share", async () => {
    const { clock, controller, version, records } = production({
      live: { override: (key) => (Number(key?.slice(4)) % 3 === 0 ? "candidate" : undefined) },
      deploymentConfig: canary,
    });
    await clock.advance(20_000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(61_000);
    const result = await run;
    const onCandidate = records.filter((record) => record.versionId === result.versionId);
    const drawn = onCandidate.filter(({ overridden }) => overridden !== true);
    expect(result).toMatchObject({ status: "completed" });
    expect(drawn.length).toBeLessThan(onCandidate.length / 2);
    expect(result.deployedMetrics?.runs).toBeLessThanOrEqual(drawn.length);
    expect(readingOf(result.verdicts.at(-1), "sample_ratio")?.breached).toBe(false);
  });
});

describe.each(["sequential", "threshold"] as const)(
  "two versions that both fail, decided by %s",
  (decision) => {
    // Consecutive failures may be many, so that the floor speaks.
    const half = {
      ...config,
      decision,
      failureThreshold: 1000,
      strategy: "stages",
      stages: [{ kind: "watch", share: 0.3 }],
      minimumRuns: 20,
      maxErrorRateIncrease: 1,
      holdTimeoutSeconds: 600,
    } as const;
    const failing = (candidate: number, baseline: number, more: object = {}) => {
      const set = production({ errorRate: baseline, deploymentConfig: { ...half, ...more } });
      const started = (async () => {
        await set.clock.advance(20_000);
        const run = set.controller.run(proposal(set.version, { errorRate: candidate }));
        await set.clock.advance(30_000);
        return { run };
      })();
      return { ...set, started };
    };

    test("hold on the better one, say so, and put the baseline back at the deadline", async () => {
      const { clock, live, version, progress, started } = failing(0.5, 0.85);
      const { run } = await started;
      const told = progress.find(({ type }) => type === "both_unhealthy");
      expect(told).toMatchObject({
        better: "candidate",
        reason: expect.stringMatching(/candidate fails in \d.* %.*baseline alongside in \d.* %/),
      });
      expect(live.plan.kind).toBe("all");
      expect(live.plan).not.toEqual({ kind: "all", version: version.versionId });
      await clock.advance(620_000);
      const result = await run;
      expect(result).toMatchObject({
        status: "rolled_back",
        rollbackReason: expect.stringMatching(/^held until its deadline: both versions are below/),
        monitoringStatus: decision === "sequential" ? "breach" : expect.any(String),
      });
      expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      expect(progress.filter(({ type }) => type === "both_unhealthy")).toHaveLength(1);
      expect(progress.some((event) => event.type === "breach" && event.verdict.bothUnhealthy === true)).toBe(
        true,
      );
    });

    test("hold on the baseline where that is the better one, until a person decides", async () => {
      const { controller, live, version, progress, started } = failing(0.8, 0.5, {
        stages: [{ kind: "watch", share: 0.1 }],
      });
      const { run } = await started;
      expect(progress.find(({ type }) => type === "both_unhealthy")).toMatchObject({ better: "baseline" });
      expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      await controller.abort(controller.active ?? "", "ann", "not now");
      expect(await run).toMatchObject({ status: "aborted", error: "not now" });
      expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    });

    test("go on where a person promotes everything", async () => {
      const { controller, live, started } = failing(0.5, 0.85);
      const { run } = await started;
      await controller.promote(controller.active ?? "", "ann", { all: true, reason: "the provider is down" });
      const result = await run;
      expect(result).toMatchObject({ status: "completed", deploymentRecord: { decidedBy: "ann" } });
      expect(live.plan).toEqual({ kind: "all", version: result.versionId });
    });

    test("are not said to both fail where the baseline is well: that is a rollback", async () => {
      const { progress, started } = failing(0.5, 0.1, { maxErrorRateIncrease: 100 });
      const { run } = await started;
      expect(await run).toMatchObject({ status: "rolled_back" });
      expect(progress.some(({ type }) => type === "both_unhealthy")).toBe(false);
    });

    test("without rollback are reported, and traffic stays", async () => {
      const set = production({ errorRate: 0.85, deploymentConfig: half, enableRollback: false });
      await set.clock.advance(20_000);
      const run = set.controller.run(proposal(set.version, { errorRate: 0.5 }));
      await set.clock.advance(30_000);
      expect(set.live.plan).toMatchObject({ kind: "split", candidateShare: 0.3 });
      await set.clock.advance(100_000);
      expect(await run).toMatchObject({ status: "completed" });
    });
  },
);

test("a rollback whose target is gone says so and keeps what serves", async () => {
  const { clock, controller, version, live } = production({ deploymentConfig: config });
  await clock.advance(20_000);
  const run = controller.run(proposal(version, { errorRate: 1, latencyMs: 500 }));
  await clock.advance(100);
  expect(live.retire(version.versionId)).toBe(true);
  const candidate = live.plan;
  await clock.advance(60_000);
  expect(await run).toMatchObject({
    error: expect.stringMatching(/was not put back: version \S+ is no longer installed in the live graph/),
  });
  expect(live.plan).toEqual(candidate);
});
