import { afterEach, describe, expect, test } from "vitest";
import { production as scene, proposal, type ProductionOptions } from "./testing/production.ts";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const config = { monitoringDurationSeconds: 60, monitoringIntervalSeconds: 5, strategy: "shadow" } as const;

function production(options: ProductionOptions = {}) {
  const set = scene({ deploymentConfig: config, errorRate: 0, ...options });
  cleanups.push(set.stop);
  return set;
}

describe("a shadow", () => {
  test("that finds no difference goes on to the next strategy, with no candidate run before", async () => {
    const { clock, controller, version, records, progress, live } = production({
      deploymentConfig: { ...config, shadowThen: "direct" },
    });
    await clock.advance(10_000);
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(59_000);
    expect(live.plan).toMatchObject({ kind: "shadow", mirroredShare: 1 });
    expect(records.filter(({ arm }) => arm === "candidate")).toHaveLength(0);
    await clock.advance(63_000);
    const result = await run;
    expect(result).toMatchObject({ status: "completed" });
    expect(result.verdicts[0]?.shadow).toMatchObject({
      disagreement: { rate: 0 },
      dropped: 0,
      pairs: { different: 0 },
    });
    expect(result.verdicts[0]?.shadow?.pairs.equal).toBeGreaterThan(1000);
    expect(
      progress.filter(({ type }) => type === "stage_entered").map((e) => "stage" in e && e.stage.name),
    ).toEqual(["mirror 100 %", "100 %"]);
  });

  test("that finds other outputs stops, names the node, and no caller ever saw them", async () => {
    const { clock, controller, version, records, live } = production();
    await clock.advance(10_000);
    const run = controller.run(proposal(version, { answer: "something else" }));
    await clock.advance(10_000);
    const result = await run;
    expect(result).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/outputs differ in 100 % of \d+ compared pairs .* node "work"/),
    });
    expect(result.verdicts[0]?.shadow?.firstDifferences[0]).toMatchObject({ nodeId: "work" });
    expect(live.plan).toEqual({ kind: "all", version: version.versionId });
    expect(
      records.filter(({ versionId, arm }) => versionId === result.versionId && arm !== "mirror"),
    ).toHaveLength(0);
  });

  test("whose candidate fails stops, and every live run is as without it", async () => {
    const { clock, controller, version, records } = production();
    const run = controller.run(proposal(version, { errorRate: 1 }));
    await clock.advance(10_000);
    expect(await run).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/outputs differ/),
    });
    expect(records.filter(({ arm }) => arm === "stable").every(({ ok }) => ok)).toBe(true);
  });

  test("takes outputs for the same that a comparator takes for the same", async () => {
    const { clock, controller, version } = production({
      deploymentConfig: { ...config, shadowThen: "stop" },
      comparators: { output: (a, b) => String(a).toLowerCase() === String(b).toLowerCase() },
    });
    const run = controller.run(proposal(version, { answer: "DONE" }));
    await clock.advance(61_000);
    const result = await run;
    expect(result).toMatchObject({
      status: "aborted",
      error: expect.stringMatching(/a shadow only, nothing goes live/),
    });
    expect(result.verdicts[0]).toMatchObject({ kind: "safe", shadow: { pairs: { different: 0, equal: 0 } } });
  });

  test("without enough pairs follows onInsufficientEvidence", async () => {
    const { clock, controller, version } = production({ ratePerSecond: 0.1 });
    const run = controller.run(proposal(version, { latencyMs: 15 }));
    await clock.advance(121_000);
    expect(await run).toMatchObject({
      status: "rolled_back",
      rollbackReason: expect.stringMatching(/pairs compared/),
    });
  });
});
