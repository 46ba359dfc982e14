import type { DeploymentEvent } from "@spark/rsi-model";
import { afterEach, describe, expect, test } from "vitest";
import { DeploymentControllerNode } from "./controller-node.ts";
import type { DeploymentLog } from "./ports.ts";
import { MemoryLog } from "./testing/memory-log.ts";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const never = (): Promise<never> => new Promise(() => undefined);

function production(options: ProductionOptions) {
  const deploymentConfig = {
    strategy: "canary",
    canaryStages: [0.2, 1],
    monitoringDurationSeconds: 30,
    monitoringIntervalSeconds: 10,
    answerTimeoutSeconds: 5,
  } as const;
  const set = scene({ deploymentConfig, ratePerSecond: 40, errorRate: 0, ...options });
  cleanups.push(set.stop);
  return set;
}

/** A log that answers so many appends, and then never again. */
function silentAfter(answers: number): DeploymentLog & { readonly asked: () => number } {
  const log = new MemoryLog();
  let asked = 0;
  return {
    appendDeploymentEvent: (event: DeploymentEvent) => {
      asked += 1;
      return asked > answers ? never() : log.appendDeploymentEvent(event);
    },
    readDeployment: (id) => log.readDeployment(id),
    openDeployments: () => log.openDeployments(),
    asked: () => asked,
  };
}

describe("a database that never answers", () => {
  test("does not hold up what was decided: the candidate serves, and the result says why it is not recorded", async () => {
    const { clock, controller, live, version } = production({
      experienceDb: { storeHypothesis: never, updateTestResults: never, updateDeploymentOutcome: never },
    });
    await clock.advance(5000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(66_000);
    const result = await run;
    expect(result).toMatchObject({
      status: "completed",
      recorded: false,
      recordError: expect.stringMatching(/database: no_answer: The database did not answer within 5 s/),
    });
    expect(live.plan).toEqual({ kind: "all", version: result.versionId });
  });

  test("nor a refusal", async () => {
    const { clock, controller, version } = production({
      experienceDb: { storeHypothesis: never, updateTestResults: never, updateDeploymentOutcome: never },
    });
    const { hypothesis, testResult } = proposal(version, { latencyMs: 15 });
    const run = controller.run({ hypothesis, testResult: { ...testResult, status: "failed" } });
    await clock.advance(6000);
    expect(await run).toMatchObject({ status: "rejected", recorded: false });
  });

  test("nor, where it keeps the versions, lets traffic move without them", async () => {
    const nothing = async () => undefined;
    const { clock, controller, live, version } = production({
      experienceDb: {
        storeHypothesis: nothing,
        updateTestResults: nothing,
        updateDeploymentOutcome: nothing,
        storeVersion: never,
      },
    });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(11_000);
    expect(await run).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/The version store did not answer/),
    });
    expect(live.revision).toBe(0);
  });
});

describe("a log that never answers", () => {
  test("at any of its entries ends the deployment with the baseline, and is not asked again", async () => {
    for (let answers = 0; answers < 12; answers += 1) {
      const log = silentAfter(answers);
      const { clock, controller, live, version, stop } = production({ log });
      await clock.advance(5000);
      const run = controller.run(proposal(version, { latencyMs: 15 }));
      await clock.advance(90_000);
      expect(await run, `${answers} answers`).toMatchObject({
        status: "failed",
        recorded: false,
        error: expect.stringMatching(/The deployment log did not answer within 5 s/),
      });
      expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      expect(log.asked()).toBe(answers + 1);
      stop();
    }
  });

  test("does not keep a bad candidate in service", async () => {
    const { clock, controller, live, version } = production({ log: silentAfter(3) });
    await clock.advance(5000);
    const run = controller.run(proposal(version, { errorRate: 1 }));
    await clock.advance(3000);
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    await clock.advance(20_000);
    expect(await run).toMatchObject({ status: "rolled_back", recorded: false });
  });

  test("is no reason for recover to wait for good", async () => {
    const { clock, controller } = production({
      log: { appendDeploymentEvent: never, readDeployment: never, openDeployments: never },
    });
    const recovered = controller.recover().catch((error: unknown) => error);
    await clock.advance(6000);
    expect(await recovered).toMatchObject({ code: "no_answer" });
  });

  const silentLease = { takeLease: never, renewLease: never, releaseLease: never };

  test("nor, where the lease is what does not come, is anything begun; close does not wait for good", async () => {
    const { clock, controller, live, version } = production({ log: { ...silentAfter(0), ...silentLease } });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(11_000);
    expect(await run).toMatchObject({
      status: "rejected",
      recorded: false,
      error: expect.stringMatching(/The lease did not answer/),
    });
    expect(live.revision).toBe(0);
    await controller.close();
  });

  test("does not keep a person from going back to an earlier version at once", async () => {
    const { clock, controller, live, version } = production({ log: new MemoryLog() });
    await clock.advance(5000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(66_000);
    expect(await run).toMatchObject({ status: "completed" });
    const other = new DeploymentControllerNode({ target: live, log: { ...silentAfter(0), ...silentLease } });
    const returned = other.rollbackTo(version.versionId, { by: "ann", reason: "complaints" });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    await clock.advance(31_000);
    expect(await returned).toMatchObject({
      ok: true,
      recorded: false,
      recordError: expect.stringMatching(/The lease did not answer within 30 s/),
    });
  });
});
