import { quantileBoundRank, rateUpperBound, splitRisk } from "@spark/evidence";
import { describe, expect, test } from "vitest";
import { baselineBefore } from "../baseline.ts";
import { readDeploymentConfig } from "../deployment-config.ts";
import { countedRun } from "../testing/counted-runs.ts";
import type { Stage } from "../stage.ts";
import { setUpGuards } from "./guard-setup.ts";
import type { UserGuard } from "./user-guard.ts";

const full: readonly Stage[] = [{ kind: "watch", share: 1 }];
const canary: readonly Stage[] = [{ kind: "watch", share: 0.1 }, ...full];

const testResult = { hypothesisId: "h", testId: "t", status: "passed" } as never;

/** A thousand runs: every 50th fails, latencies and costs rise from 1 to 1,000, quality falls. */
const records = Array.from({ length: 1000 }, (_, at) =>
  countedRun({
    side: "baseline",
    sequence: at,
    ok: at % 50 !== 0,
    durationMs: at + 1,
    cost: at + 1,
    quality: 1 - at / 1000,
  }),
).map(({ record }) => record);
const baseline = baselineBefore(records, { minimumRuns: 30, testResult });

const guard = (name: string, more: Partial<UserGuard> = {}): UserGuard =>
  ({
    name,
    read: (run: { ok: boolean }) => !run.ok,
    direction: "higher_is_worse",
    margin: 0.5,
    severity: "rollback",
    ...more,
  }) as UserGuard;

describe("the budget", () => {
  test("of the seed's guards is divided 0.4, 0.2, 0.2, 0.2, and within a guard in equal parts", () => {
    const { tests } = setUpGuards(readDeploymentConfig(), canary, { baseline });
    const weights = tests.map((one) => [`${one.guard} ${one.comparedWith}`, one.weight]);
    expect(Object.fromEntries(weights)).toEqual({
      "success_rate limit": 0.2,
      "error_rate alongside": 0.2,
      "error_rate before": 0.2,
      "p50_latency alongside": 0.1,
      "p50_latency before": 0.1,
      "p95_latency alongside": 0.1,
      "p95_latency before": 0.1,
    });
  });

  test("gives every further guard as much as the seed's have on average", () => {
    const config = readDeploymentConfig({ maxCostIncrease: 0.2, minQuality: 0.4 });
    const { tests } = setUpGuards(config, full, { baseline, guards: [guard("a"), guard("b")] });
    const weightOf = (name: string): number | undefined => tests.find((one) => one.guard === name)?.weight;
    expect(weightOf("cost")).toBeCloseTo(0.125);
    expect(["quality", "a", "b"].map(weightOf)).toEqual(Array(3).fill(weightOf("cost")));
    expect(weightOf("error_rate")).toBeCloseTo(0.2);
    expect(tests.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  });

  test("is not touched by guards that only hold or warn: those have one of their own each", () => {
    const alone = setUpGuards(readDeploymentConfig(), full, { baseline });
    const guards = [
      guard("w1", { severity: "warn" }),
      guard("w2", { severity: "warn" }),
      guard("h", { severity: "hold" }),
    ];
    const { tests } = setUpGuards(readDeploymentConfig(), full, { baseline, guards });
    expect(tests.filter(({ severity }) => severity === "rollback")).toEqual(alone.tests);
    const others = tests.filter(({ severity }) => severity !== "rollback");
    expect(others.map(({ guard, weight }) => [guard, weight])).toEqual([
      ["w1", 0.5],
      ["w2", 0.5],
      ["h", 1],
    ]);
  });

  test("of a guard that is not armed goes to the others, and the reason is said", () => {
    const mute = guard("mute", { read: () => undefined });
    const config = readDeploymentConfig({ maxCostIncrease: 0.2 });
    const short = baselineBefore(records.slice(0, 40), { minimumRuns: 30, testResult });
    const { tests } = setUpGuards(config, full, { baseline: short, guards: [mute] });
    expect(tests.find((one) => one.guard === "mute")).toMatchObject({
      weight: 0,
      notArmed: "no run of the live version before the start said anything of mute",
    });
    expect(tests.find((one) => one.guard === "p95_latency")?.notArmed).toMatch(
      /takes \d+ runs of history, there are 40/,
    );
    expect(tests.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    const none = setUpGuards(config, full, { baseline: undefined });
    expect(none.tests.filter(({ weight }) => weight > 0).map((one) => one.guard)).toEqual(["success_rate"]);
  });
});

describe("limits from history", () => {
  const risk = (bounds: number): number => splitRisk(0.05).history / bounds;

  test("put the margin on top of the order statistic that bounds the quantile", () => {
    const { tests } = setUpGuards(readDeploymentConfig({ maxCostIncrease: 0.2 }), full, { baseline });
    const rank = quantileBoundRank(1000, { quantile: 0.5, risk: risk(4) }) as number;
    expect(tests.find((one) => one.guard === "cost")).toMatchObject({ nullRate: 0.5 });
    expect(tests.find((one) => one.guard === "cost")?.worseThan).toBeCloseTo(1.2 * rank);
    expect(tests.find((one) => one.guard === "p50_latency")?.worseThan).toBeCloseTo((2 * rank) / 1000);
  });

  test("call no run slow that takes a tenth of a millisecond, however quick the baseline is", () => {
    const quick = records.map((record) => ({ ...record, durationMs: record.durationMs / 1_000_000 }));
    const before = baselineBefore(quick, { minimumRuns: 30, testResult });
    const { tests } = setUpGuards(readDeploymentConfig(), full, { baseline: before });
    const limits = tests.filter(({ guard: name }) => name.endsWith("latency")).map((one) => one.worseThan);
    expect(limits).toEqual([0.0001, 0.0001]);
  });

  test("are mirrored where less is worse", () => {
    const thumbs = guard("thumbs", {
      read: (run) => run.quality,
      direction: "lower_is_worse",
      margin: 0.1,
      quantile: 0.2,
    });
    const { tests } = setUpGuards(readDeploymentConfig(), full, { baseline, guards: [thumbs] });
    const rank = quantileBoundRank(1000, { quantile: 0.8, risk: risk(4) }) as number;
    const bound = 1 - (rank - 1) / 1000;
    expect(tests.find((one) => one.guard === "thumbs")?.worseThan).toBeCloseTo(0.9 * bound);
    expect(tests.find((one) => one.guard === "thumbs")?.nullRate).toBeCloseTo(0.2);
  });

  test("bound a rate of one's own as they bound the error rate", () => {
    const { tests } = setUpGuards(readDeploymentConfig(), full, { baseline, guards: [guard("own")] });
    const nullRate = 1.5 * rateUpperBound({ hits: 20, trials: 1000 }, risk(4));
    expect(tests.find((one) => one.guard === "own")?.nullRate).toBeCloseTo(nullRate, 12);
    expect(tests.find((one) => one.guard === "error_rate")?.nullRate).toBeCloseTo(nullRate, 12);
  });
});
