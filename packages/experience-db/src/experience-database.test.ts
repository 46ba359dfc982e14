import { type Clock, isSparkError, sleepOn } from "@spark/graph";
import type { DeploymentEvent } from "@spark/rsi-model";
import { exampleHypothesis, exampleMetrics, exampleTestResult } from "@spark/rsi-model/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ExperienceDatabase } from "./experience-database.ts";
import { liveThrough } from "./testing.ts";

let now: number;
const clock: Clock = {
  now: () => now,
  schedule: () => () => {},
  sleep: (ms, signal) => sleepOn(clock, ms, signal),
};
let database: ExperienceDatabase;
beforeEach(async () => {
  now = 1_000;
  database = new ExperienceDatabase({ clock });
  await database.initialize();
});

const store = (n: number, overrides: Parameters<typeof exampleHypothesis>[0] = {}) => {
  now += 1;
  return database.storeHypothesis(exampleHypothesis({ hypothesisId: `h${n}`, ...overrides }));
};
const ids = (rows: readonly { readonly hypothesisId: string }[]) => rows.map((row) => row.hypothesisId);

describe("opening and closing", () => {
  test("before initialize and after close everything is refused, and says what to do", async () => {
    const fresh = new ExperienceDatabase();
    await expect(fresh.queryHypotheses()).rejects.toThrow("Call initialize() first");
    expect(() => fresh.getStats()).toThrow("Call initialize() first");
    await database.close();
    await expect(database.storeHypothesis(exampleHypothesis())).rejects.toThrow("nothing after close()");
  });

  test("a load that fails can be tried again", async () => {
    let tries = 0;
    const flaky = new ExperienceDatabase({
      store: {
        load: async () => {
          tries += 1;
          if (tries === 1) throw new Error("disk away");
          const { ExperienceState } = await import("./experience-state.ts");
          return new ExperienceState();
        },
        append: async () => {},
        close: async () => {},
      },
    });
    await expect(flaky.initialize()).rejects.toThrow("disk away");
    await flaky.initialize();
    expect(flaky.getStats().totalHypotheses).toBe(0);
  });
});

describe("hypotheses", () => {
  test("storing again keeps tests, outcomes and lessons", async () => {
    await store(1);
    await database.updateTestResults({
      hypothesisId: "h1",
      testResult: exampleTestResult({ hypothesisId: "h1" }),
    });
    await database.updateDeploymentOutcome({
      hypothesisId: "h1",
      deployed: true,
      outcome: { success: true },
      lessons: ["short is good"],
    });
    expect(await store(1, { rationale: "better said" })).toMatchObject({
      proposal: { rationale: "better said" },
      status: "completed",
      testResult: { status: "passed" },
      lessons: ["short is good"],
      timestamp: 1_001,
    });
  });

  test("every config path and value of a proposal is kept", async () => {
    const { changes } = (await store(1)).proposal;
    expect(changes).toEqual(exampleHypothesis().changes);
  });

  test("the original's call with a separate proposal works too", async () => {
    const { rationale, changes, riskLevel } = exampleHypothesis();
    const row = await database.storeHypothesis({
      hypothesisId: "h1",
      graphId: "g",
      graphVersionBaseline: "1.0.0",
      hypothesisType: "caching",
      proposal: { rationale, changes, riskLevel },
    });
    expect(row).toMatchObject({ graphId: "g", proposal: { rationale, riskLevel } });
  });

  test("nothing given out or taken in can be changed into the store", async () => {
    const input = structuredClone(exampleHypothesis({ hypothesisId: "h1", diagnosticEvidence: { a: [1] } }));
    await database.storeHypothesis(input);
    (input.diagnosticEvidence["a"] as number[]).push(2);
    const outcome = { success: true, metrics: { nested: [1] } };
    await database.updateDeploymentOutcome({ hypothesisId: "h1", deployed: true, outcome });
    outcome.metrics.nested.push(2);

    const row = await database.readExperience("h1");
    expect(row.proposal.diagnosticEvidence).toEqual({ a: [1] });
    expect(row.outcome?.deployedMetrics).toEqual({ nested: [1] });
    expect(() => (row.proposal.diagnosticEvidence["a"] as number[]).push(3)).toThrow(TypeError);
    expect(() => (row.outcome!.deployedMetrics!["nested"] as number[]).push(3)).toThrow(TypeError);
    expect(() => (row.lessons as string[]).push("x")).toThrow(TypeError);
  });

  test.each([
    [
      "updateTestResults",
      () =>
        database.updateTestResults({
          hypothesisId: "x",
          testResult: exampleTestResult({ hypothesisId: "x" }),
        }),
    ],
    [
      "updateDeploymentOutcome",
      () =>
        database.updateDeploymentOutcome({ hypothesisId: "x", deployed: true, outcome: { success: true } }),
    ],
    ["updatePatternStats", () => database.updatePatternStats({ patternId: "x", success: true })],
    ["readExperience", () => database.readExperience("x")],
    ["readDeployment", () => database.readDeployment("x")],
    ["readVersion", () => database.readVersion("x")],
    ["lineage", () => database.lineage("x")],
    ["readReview", () => database.readReview("x")],
  ])("%s refuses an unknown id", async (_, call) => {
    await expect(call()).rejects.toSatisfy((error) => isSparkError(error, "unknown_id"));
  });

  test("an input that does not fit is refused with every fault", async () => {
    const wrong = { ...exampleHypothesis(), riskLevel: "extreme", hypothesisType: 7, surprise: 1 };
    await expect(database.storeHypothesis(wrong as never)).rejects.toSatisfy(
      (error) =>
        isSparkError(error, "invalid_input") &&
        ["riskLevel", "hypothesisType", "surprise"].every((part) => error.message.includes(part)),
    );
  });

  test("what a test taught is kept beside what was known, and leaves the status to the test", async () => {
    await store(1);
    const testResult = exampleTestResult({ hypothesisId: "h1", status: "failed" });
    await database.updateTestResults({ hypothesisId: "h1", testResult, lessons: ["it was slower"] });
    await database.updateTestResults({
      hypothesisId: "h1",
      testResult,
      lessons: ["it was slower", "by half"],
    });
    expect(await database.readExperience("h1")).toMatchObject({
      status: "test_failed",
      lessons: ["it was slower", "by half"],
    });
    expect((await database.queryFailurePatterns())[0]?.lessons).toEqual(["it was slower", "by half"]);
  });

  test("the test result of another hypothesis is refused", async () => {
    await store(1);
    await expect(
      database.updateTestResults({ hypothesisId: "h1", testResult: exampleTestResult() }),
    ).rejects.toThrow('is of hypothesis "hyp_1", not of "h1"');
  });
});

describe("queries", () => {
  beforeEach(async () => {
    for (let n = 0; n < 200; n += 1) {
      await store(n, {
        graphId: n % 2 === 0 ? "even" : "odd",
        hypothesisType: n % 5 === 0 ? "caching" : "custom",
      });
    }
    for (const n of [10, 20, 30]) {
      await database.updateTestResults({
        hypothesisId: `h${n}`,
        testResult: exampleTestResult({ hypothesisId: `h${n}`, status: "failed" }),
      });
    }
  });

  test("are newest first and at most a hundred without a limit", async () => {
    const rows = await database.queryHypotheses();
    expect(rows).toHaveLength(100);
    expect(ids(rows).slice(0, 2)).toEqual(["h199", "h198"]);
    expect(await database.queryHypotheses({ limit: Infinity })).toHaveLength(200);
  });

  test("combine their conditions", async () => {
    expect(
      ids(await database.queryHypotheses({ graphId: "odd", hypothesisType: "caching", limit: 3 })),
    ).toEqual(["h195", "h185", "h175"]);
    expect(ids(await database.queryHypotheses({ graphId: "even", status: "test_failed" }))).toEqual([
      "h30",
      "h20",
      "h10",
    ]);
    expect(await database.queryHypotheses({ graphId: "odd", status: "test_failed" })).toEqual([]);
    expect(await database.queryHypotheses({ graphId: "nowhere" })).toEqual([]);
    expect(await database.queryHypotheses({ deployed: false, limit: Infinity })).toHaveLength(200);
  });

  test.each([[{ limit: 0 }], [{ limit: 1.5 }], [{ status: "great" }], [{ graph: "odd" }]])(
    "refuse %j",
    async (query) => {
      await expect(database.queryHypotheses(query as never)).rejects.toThrow("The query is not acceptable");
    },
  );

  test("the same rows as a filter over all of them, whatever happened before", async () => {
    for (let n = 0; n < 200; n += 3) {
      await database.updateDeploymentOutcome({
        hypothesisId: `h${n}`,
        deployed: n % 2 === 0,
        outcome: { success: n % 2 === 0, rolledBack: n % 9 === 0 },
        patterns: ["p"],
      });
    }
    const all = await database.queryHypotheses({ limit: Infinity });
    for (const status of ["completed", "rolled_back", "failed", "proposed", "test_failed"] as const) {
      for (const deployed of [true, false]) {
        const expected = all.filter((row) => row.status === status && row.deployed === deployed);
        expect(await database.queryHypotheses({ status, deployed, limit: Infinity })).toEqual(expected);
      }
    }
  });
});

describe("what is learned", () => {
  const report = (n: number, outcome: unknown, deployed: boolean) =>
    database.updateDeploymentOutcome({ hypothesisId: `h${n}`, deployed, outcome, patterns: ["brevity"] });

  test("the seed's outcome shape is found by the lessons", async () => {
    await store(1);
    await report(1, { success: true, deployment_id: "d1", metrics: { error_rate: 0.01 } }, true);
    expect(await database.querySuccessfulPatterns()).toMatchObject([
      { hypothesisId: "h1", patterns: ["brevity"], outcome: { deployedMetrics: { error_rate: 0.01 } } },
    ]);
  });

  test.each([true, false])(
    "a rollback is a failure and never a success, with deployed %s",
    async (deployed) => {
      await store(1);
      await report(1, { success: false, rolledBack: true, rollbackReason: "latency doubled" }, deployed);
      expect(await database.querySuccessfulPatterns()).toEqual([]);
      expect(await database.queryFailurePatterns()).toMatchObject([{ reason: "latency doubled" }]);
      expect(database.getStats()).toMatchObject({ successfulCount: 0, rolledBackCount: 1 });
    },
  );

  test("a test that could not tell is no failure", async () => {
    await store(1);
    await database.updateTestResults({
      hypothesisId: "h1",
      testResult: exampleTestResult({ hypothesisId: "h1", status: "inconclusive" }),
    });
    expect(await database.queryFailurePatterns()).toEqual([]);
  });

  test("three rows that were tested and never deployed are ordinary", async () => {
    for (const n of [1, 2, 3]) {
      await store(n);
      await database.updateTestResults({
        hypothesisId: `h${n}`,
        testResult: exampleTestResult({ hypothesisId: `h${n}`, status: "failed" }),
      });
    }
    expect(await database.queryFailurePatterns({ hypothesisType: "prompt_optimization" })).toHaveLength(3);
  });

  test("statistics count what there is", async () => {
    await liveThrough(database);
    expect(database.getStats()).toMatchObject({
      totalHypotheses: 6,
      deployedCount: 3,
      testedCount: 6,
      successfulCount: 3,
      rolledBackCount: 3,
      totalPatterns: 2,
      totalDeployments: 6,
      openDeployments: 1,
      hypothesisTypes: { prompt_optimization: 2, caching: 2, parameter_tuning: 2 },
      statuses: { completed: 3, rolled_back: 3 },
      graphs: { support: 3, billing: 3 },
    });
  });
});

describe("patterns", () => {
  const pattern = (patternId: string) => ({ patternId, patternName: patternId, patternType: "success" });
  const use = async (patternId: string, good: number, bad: number) => {
    for (let n = 0; n < good + bad; n += 1) {
      await database.updatePatternStats({ patternId, success: n < good });
    }
  };

  test("a fresh pattern is seen, and luck with one use does not lead", async () => {
    for (const id of ["fresh", "lucky", "proven", "bad"]) await database.storePattern(pattern(id));
    await use("lucky", 1, 0);
    await use("proven", 19, 1);
    await use("bad", 1, 9);
    const found = await database.queryPatterns();
    expect(found.map(({ patternId }) => patternId)).toEqual(["proven", "lucky", "fresh"]);
  });

  test("storing a pattern again keeps its counts", async () => {
    await database.storePattern(pattern("p"));
    await use("p", 2, 1);
    now = 9_000;
    expect(await database.storePattern({ ...pattern("p"), patternName: "better" })).toMatchObject({
      patternName: "better",
      successCount: 2,
      failureCount: 1,
      usageCount: 3,
      discoveredAt: 1_000,
    });
  });

  test("a pattern of other graphs is not given", async () => {
    await database.storePattern({ ...pattern("here"), applicableToGraphs: ["here"] });
    await database.storePattern(pattern("anywhere"));
    const found = await database.queryPatterns({ graphId: "there" });
    expect(found.map(({ patternId }) => patternId)).toEqual(["anywhere"]);
  });
});

describe("the deployment log", () => {
  const started: DeploymentEvent = {
    type: "started",
    deploymentId: "d1",
    at: 1,
    hypothesisId: "h1",
    graphId: "g",
    baselineVersionId: "v1",
    candidateVersionId: "v2",
    strategy: "direct",
    config: { nested: [1] },
    stages: [],
    salt: "s",
    baselineMetrics: exampleMetrics(),
  };

  test("numbers its events and gives them back in order, frozen", async () => {
    await database.appendDeploymentEvent(started);
    await database.appendDeploymentEvent({ type: "paused", deploymentId: "d1", at: 2, by: "ann" });
    const events = await database.readDeployment("d1");
    expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
      [0, "started"],
      [1, "paused"],
    ]);
    const [first] = events;
    expect(first).toHaveProperty("config.nested", [1]);
    expect(Object.isFrozen((first as { config?: { nested: number[] } }).config?.nested)).toBe(true);
    expect(await database.openDeployments()).toMatchObject([{ deploymentId: "d1", paused: { by: "ann" } }]);
  });

  test("of two writers who saw the same log one is refused", async () => {
    await database.appendDeploymentEvent(started);
    const next = { type: "paused", deploymentId: "d1", at: 2, by: "ann", sequence: 1 } as const;
    const results = await Promise.allSettled([
      database.appendDeploymentEvent(next),
      database.appendDeploymentEvent({ ...next, by: "bob" }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await database.readDeployment("d1")).toHaveLength(2);
  });

  test("a log of ten thousand events costs no more an event than a short one", async () => {
    await database.appendDeploymentEvent(started);
    for (let n = 0; n < 10_000; n += 1) {
      await database.appendDeploymentEvent({ type: "checked", deploymentId: "d1", at: n, checkpoint: { n } });
    }
    expect(await database.readDeployment("d1")).toHaveLength(10_001);
    expect(await database.openDeployments()).toMatchObject([{ checks: 10_000 }]);
  });
});

describe("versions", () => {
  const version = (n: number, parent?: number) =>
    database.storeVersion({
      versionId: `v${n}`,
      label: `1.${n}.0`,
      graphId: "g",
      spec: { id: "g", start: "a", nodes: [{ id: "a", type: "A" }] },
      ...(parent === undefined ? {} : { parent: `v${parent}` }),
    });

  test("lineage goes back to the first, also where a version comes again", async () => {
    await version(1);
    await version(2, 1);
    await version(3, 2);
    await version(1, 3);
    expect((await database.lineage("v3")).map(({ versionId }) => versionId)).toEqual(["v3", "v2", "v1"]);
    expect(await database.queryVersions({ graphId: "g" })).toHaveLength(3);
  });

  test("a later report sets the outcome and leaves the rest", async () => {
    await version(1);
    const { spec } = await version(2, 1);
    const again = await database.storeVersion({
      versionId: "v2",
      label: "x",
      graphId: "g",
      spec,
      outcome: "completed",
    });
    expect(again).toMatchObject({ label: "1.2.0", parent: "v1", outcome: "completed" });
  });

  test("what the deployments left in service is active, and pruning keeps it with its ancestors", async () => {
    for (let n = 1; n <= 6; n += 1) await version(n, n === 6 ? 1 : n - 1);
    const about = { deploymentId: "d1", hypothesisId: "h1", graphId: "g" };
    expect(await database.activeVersion("g")).toBeUndefined();
    await database.appendDeploymentEvent({
      ...about,
      type: "started",
      at: 1,
      baselineVersionId: "v2",
      candidateVersionId: "v3",
      strategy: "direct",
      config: {},
      stages: [],
      salt: "s",
    });
    await database.appendDeploymentEvent({
      type: "ended",
      deploymentId: "d1",
      at: 2,
      record: {
        ...about,
        status: "completed",
        baselineVersion: "v2",
        deployedVersion: "v3",
        strategy: "direct",
        startedAt: "2026-01-01T00:00:00Z",
        completedAt: "2026-01-01T00:05:00Z",
        decidedBy: "controller",
        verdicts: [],
      },
    });
    expect(await database.activeVersion("g")).toBe("v3");
    expect(await database.pruneVersions({ graphId: "g", keep: 1 })).toEqual(["v5", "v4"]);
    const left = await database.queryVersions({ graphId: "g" });
    expect(left.map(({ versionId }) => versionId)).toEqual(["v6", "v3", "v2", "v1"]);
  });
});

describe("reviews", () => {
  const ask = () =>
    database.storeReview({
      status: "pending",
      requestId: "../../r",
      hypothesisId: "hyp_1",
      hypothesis: exampleHypothesis(),
      createdAt: "1970-01-01T00:00:00Z",
      expiresAt: "1970-01-01T00:01:00Z",
    });
  const answer = (approved: boolean) =>
    database.decideReview({
      requestId: "../../r",
      approved,
      reviewer: "ann",
      reviewedAt: "1970-01-01T00:00:30Z",
    });

  test("of two answers the first counts, and is kept", async () => {
    await ask();
    const [first, second] = await Promise.all([answer(true), answer(false)]);
    expect(first).toMatchObject({ accepted: true, review: { status: "approved" } });
    expect(second).toMatchObject({
      accepted: false,
      reason: "already_decided",
      review: { status: "approved" },
    });
    expect(await database.readReview("../../r")).toMatchObject({
      decision: { reviewer: "ann", approved: true },
    });
    expect(await database.queryReviews({ status: "pending" })).toEqual([]);
  });

  test("after the expiry nobody's answer counts", async () => {
    await ask();
    now = 60_000;
    expect(await answer(true)).toMatchObject({ accepted: false, reason: "expired" });
    expect(await database.queryReviews({ status: "expired" })).toHaveLength(1);
    expect(await answer(true)).toMatchObject({ accepted: false, reason: "expired" });
  });

  test("an id is used once, and the question shows every change", async () => {
    await ask();
    await expect(ask()).rejects.toThrow("stored already (pending)");
    expect((await database.readReview("../../r")).hypothesis.changes).toEqual(exampleHypothesis().changes);
  });
});
