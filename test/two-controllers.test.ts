import { ExperienceDatabase } from "@spark/experience-db";
import { uniqueIds } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { production, proposal } from "@spark/rsi-deploy/testing";
import { afterEach, expect, test } from "vitest";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const deploymentConfig = {
  strategy: "canary",
  canaryStages: [0.5, 1],
  monitoringDurationSeconds: 10,
  monitoringIntervalSeconds: 5,
} as const;

test("two controllers on one database take turns: the second is told by whom it is refused", async () => {
  const clock = new ManualClock();
  const experienceDb = new ExperienceDatabase({ clock });
  await experienceDb.initialize();
  const start = (name: string) => {
    const shared = { clock, experienceDb, deploymentConfig, ids: uniqueIds, ratePerSecond: 40, errorRate: 0 };
    const set = production({ ...shared, name });
    cleanups.push(set.stop);
    return set;
  };
  const [first, second] = [start("first"), start("second")];
  const run = first.controller.run(proposal(first.version, { latencyMs: 15 }));
  await clock.advance(5000);
  const [open] = await experienceDb.openDeployments();
  expect(open?.token).toBe(1);
  expect(await second.controller.run(proposal(second.version, { latencyMs: 15 }))).toMatchObject({
    status: "rejected",
    recorded: true,
    error: expect.stringMatching(/decided by first_\S+, whose lease \(token 1\)/),
  });
  await expect(second.controller.recover()).rejects.toMatchObject({ code: "lease_held" });
  expect(second.live.revision).toBe(0);
  await clock.advance(40_000);
  expect(await run).toMatchObject({ status: "completed", recorded: true });

  const turn = second.controller.run(proposal(second.version, { latencyMs: 15 }));
  await clock.advance(40_000);
  const { deploymentId, status, recorded } = await turn;
  expect({ status, recorded }).toEqual({ status: "completed", recorded: true });
  const log = await experienceDb.readDeployment(deploymentId);
  expect(new Set(log.map(({ token }) => token))).toEqual(new Set([2]));
});
