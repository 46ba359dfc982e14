import { ExperienceDatabase } from "@spark/experience-db";
import { defineNode, graphVersion, LiveGraph, NodeRegistry, seededRandom } from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { HypothesisModel, ProposalRequest } from "../hypothesis-model.ts";
import { approveReview } from "../review/review-desk.ts";
import type { CycleResult } from "./cycle-result.ts";
import type { RSIMetaGraphConfigInput } from "./meta-graph-config.ts";
import type { RSIMetaGraphOptions } from "./meta-graph-options.ts";
import { RSIMetaGraph } from "./rsi-meta-graph.ts";

/** Takes `size` milliseconds; below `fragileBelow` it fails on what only production sends. */
const work = defineNode({
  type: "Work",
  config: z.strictObject({
    size: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .meta({ improves: { lower: ["latency"] } }),
    pause: z.int().min(0).max(100).default(0),
    drag: z.int().min(0).max(100).default(0).meta({ improves: {} }),
    fragileBelow: z.int().default(0),
  }),
  input: z.object({ isLive: z.boolean() }),
  process: async ({ isLive }, { clock, signal }, { size, pause, drag, fragileBelow }) => {
    await clock.sleep(size + pause + drag, signal);
    if (isLive && size < fragileBelow) throw new RangeError(`too small for production: ${size}`);
    return { done: true };
  },
});

interface Setting {
  readonly config?: Partial<RSIMetaGraphConfigInput>;
  readonly model?: HypothesisModel;
  readonly fragileBelow?: number;
  readonly db?: ExperienceDatabase;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A live graph of one node with traffic, and a loop around it; time passes as fast as it is used up. */
async function setUp({ config = {}, model, fragileBelow = 0, db }: Setting = {}) {
  const clock = new ManualClock();
  const ids = sequentialIds();
  const registry = new NodeRegistry([work]);
  const experienceDb = db ?? new ExperienceDatabase({ clock });
  await experienceDb.initialize();
  const version = graphVersion({
    id: "g",
    start: "work",
    nodes: [{ id: "work", type: "Work", config: { size: 40, pause: 10, fragileBelow } }],
  });
  const live = new LiveGraph<{ isLive: boolean }>({ version, registry, clock, ids, random: seededRandom(1) });
  const options: RSIMetaGraphOptions = {
    config: {
      graphId: "g",
      deployment: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 2 },
      ...config,
    },
    registry,
    experienceDb,
    testing: { testInputs: Array.from({ length: 10 }, () => ({ isLive: false })) },
    targetGraph: live,
    clock,
    ids,
    ...(model === undefined ? {} : { model }),
  };
  const loop = new RSIMetaGraph(options);
  const over = new AbortController();
  stops.push(async () => {
    over.abort();
    await loop.close();
  });
  const traffic = async (): Promise<void> => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      live.run({ isLive: true }, { key: `user-${at}` }).catch(() => undefined);
      await clock.sleep(100);
    }
  };
  void traffic();
  const during = async <T>(work: Promise<T>): Promise<T> => {
    const done = new AbortController();
    const watched = work.finally(() => done.abort());
    watched.catch(() => undefined);
    while (!done.signal.aborted) await clock.advance(20);
    return watched;
  };
  await clock.advance(5_000);
  return { clock, live, loop, db: experienceDb, version, options, during };
}

const changesOf = (configPath: string, newValue: number) =>
  [{ type: "node_config_update", targetNodeId: "work", configPath, newValue }] as const;
const proposal = (configPath: string, newValue: number): object => ({
  hypothesisType: "parameter_tuning",
  targetNode: "work",
  rationale: `${configPath} ${newValue}`,
  changes: changesOf(configPath, newValue),
  evidence: { nodeType: "Work", configPath },
});
const setting = (size: number): object => proposal("size", size);
const pausing = (pause: number): object => proposal("pause", pause);
/** Proposes these, one list a cycle. */
const proposing = (...cycles: readonly (readonly object[])[]): HypothesisModel => {
  let cycle = 0;
  return { name: "fixed", propose: async () => cycles[cycle++] ?? [] };
};
const configOf = (live: LiveGraph<{ isLive: boolean }>) => {
  const { plan, versions } = live;
  const id = plan.kind === "all" ? plan.version : "";
  return versions.find(({ versionId }) => versionId === id)?.spec.nodes[0]?.config;
};
const sizeOf = (live: LiveGraph<{ isLive: boolean }>): unknown => configOf(live)?.["size"];
const phasesOf = (result: CycleResult): readonly string[] => [
  ...new Set(result.phases.map(({ phase }) => phase)),
];

describe("RSIMetaGraph", () => {
  test("finds a slow setting by itself, tests a better one, deploys it, and goes on from there", async () => {
    const { loop, live, db, during, version } = await setUp();
    const first = await during(loop.run());
    expect(first).toMatchObject({ success: true, hypothesesDeployed: 1, versionBefore: version.versionId });
    expect(phasesOf(first)).toEqual(["generation", "testing", "ranking", "deployment", "learning"]);
    expect(sizeOf(live)).toBeLessThan(40);
    expect(first.stoppedAt).toBeUndefined();
    expect(first.deployments[0]?.result).toMatchObject({ status: "completed", monitoringStatus: "healthy" });
    const { hypothesisId } = first.hypotheses.find(({ status }) => status === "deployed") ?? {};
    const kept = await db.readExperience(hypothesisId ?? "");
    expect(kept).toMatchObject({ status: "completed", deployed: true });
    expect(kept.lessons.some((lesson) => lesson.includes("passed its test"))).toBe(true);
    expect(kept.lessons.some((lesson) => lesson.includes("was deployed and kept"))).toBe(true);

    const before = configOf(live);
    const second = await during(loop.run());
    expect(second.versionBefore).toBe(first.versionAfter);
    expect(second.hypothesesDeployed).toBe(1);
    expect(configOf(live)).not.toEqual(before);
  });

  test("a change that is worse fails its test, is remembered with its lesson, and is not tried again", async () => {
    const { loop, live, db, during } = await setUp({ model: proposing([setting(80)], [setting(80)]) });
    const result = await during(loop.run());
    expect(result).toMatchObject({ success: true, stoppedAt: "testing", hypothesesDeployed: 0 });
    expect(result.reason).toMatch(/^test failed/);
    expect(sizeOf(live)).toBe(40);
    const [row] = await db.queryHypotheses({ graphId: "g" });
    expect(row).toMatchObject({ status: "test_failed", deployed: false });
    expect(row?.lessons[0]).toMatch(
      /^parameter_tuning of work \(size = 80\) stopped at testing: test failed/,
    );
    const again = await during(loop.run());
    expect(again).toMatchObject({ stoppedAt: "generation", reason: "no hypothesis stands" });
    expect((await db.queryHypotheses({ graphId: "g" })).length).toBe(1);
  });

  test("a change that the rules forbid is refused before anything runs, and remembered as refused", async () => {
    const { loop, db, during } = await setUp({
      model: proposing([setting(10)]),
      config: { validation: { protectedNodes: ["work"] } },
    });
    const result = await during(loop.run());
    expect(result).toMatchObject({ stoppedAt: "validation", hypothesesDeployed: 0 });
    const [row] = await db.queryHypotheses({ graphId: "g" });
    expect(row).toMatchObject({ status: "rejected", outcome: { extra: { phase: "validation" } } });
    expect(row?.lessons[0]).toContain("is protected");
    expect(row?.testResult).toBeUndefined();
  });

  test("what only production shows is taken back, remembered, and the next best is deployed in the same cycle", async () => {
    const { loop, live, db, during } = await setUp({
      fragileBelow: 20,
      model: proposing([setting(5), pausing(5)]),
      config: { maxHypotheses: 2 },
    });
    const result = await during(loop.run());
    expect(result.deployments.map(({ result }) => result.status)).toEqual(["rolled_back", "completed"]);
    expect(configOf(live)).toMatchObject({ size: 40, pause: 5 });
    const rows = await db.queryHypotheses({ graphId: "g" });
    const taken = rows.find(({ status }) => status === "rolled_back");
    expect(taken).toMatchObject({ deployed: false, testResult: { status: "passed" } });
    expect(taken?.outcome?.rollbackReason).toBeTruthy();
    expect(taken?.lessons.some((lesson) => lesson.includes("was rolled back"))).toBe(true);
  });

  test("each kind of ending is in the database with its lesson, and the next cycle's generator works with all four", async () => {
    const known: ProposalRequest[] = [];
    // No prompt is changed: it is not what it says it is.
    const untrue = { ...proposal("fragileBelow", 1), hypothesisType: "prompt_optimization" };
    const ideas = [untrue, setting(5), pausing(5), proposal("drag", 60)];
    const model: HypothesisModel = {
      name: "the same again",
      propose: async (request) => {
        known.push(request);
        return ideas;
      },
    };
    const { loop, db, during } = await setUp({
      fragileBelow: 20,
      model,
      config: { maxHypotheses: 4 },
    });
    await during(loop.run());
    const rows = await db.queryHypotheses({ graphId: "g" });
    expect(rows.map(({ status }) => status).toSorted()).toEqual([
      "completed",
      "rejected",
      "rolled_back",
      "test_failed",
    ]);
    expect(rows.filter(({ lessons }) => lessons.length === 0)).toEqual([]);

    const second = await during(loop.run());
    expect(second).toMatchObject({ stoppedAt: "generation", reason: "no hypothesis stands" });
    expect(known[1]?.tried.map(({ hypothesisId }) => hypothesisId).toSorted()).toEqual(
      rows.map(({ hypothesisId }) => hypothesisId).toSorted(),
    );
    expect(known[1]?.patterns.map(({ recommendation }) => recommendation).join()).toContain(
      "Avoid parameter_tuning: 2 of 3 failed or were refused.",
    );
  });

  test("of two that pass only the better one is deployed; the other is late, and may come again", async () => {
    const { loop, live, db, during } = await setUp({
      model: proposing([setting(20), pausing(0)]),
    });
    const result = await during(loop.run());
    expect(sizeOf(live)).toBe(20);
    const late = result.hypotheses.find(({ rationale }) => rationale === "pause 0");
    expect(late).toMatchObject({ status: "not_deployed", testStatus: "passed" });
    const row = await db.readExperience(late?.hypothesisId ?? "");
    expect(row).toMatchObject({ status: "rejected", outcome: { extra: { phase: "deployment" } } });
  });

  test("without autoDeploy it stops when it is known what could be deployed", async () => {
    const { loop, live, db, during } = await setUp({
      model: proposing([setting(10)]),
      config: { autoDeploy: false },
    });
    const result = await during(loop.run());
    expect(result).toMatchObject({ success: true, stoppedAt: "ranking", hypothesesDeployed: 0 });
    expect(result.hypotheses[0]).toMatchObject({ status: "passed", testStatus: "passed" });
    expect(sizeOf(live)).toBe(40);
    expect((await db.queryHypotheses())[0]?.status).toBe("test_passed");
    expect(loop.spec?.nodes.some(({ id }) => id === "deploy")).toBe(false);
  });

  test("a change that needs a person waits without holding the loop up, and goes on when approved", async () => {
    const { loop, live, db, clock, during } = await setUp({
      model: proposing([setting(10)]),
      config: { review: { requireApprovalForRiskLevels: ["low", "medium", "high", "critical"] } },
    });
    const asked = await during(loop.run());
    expect(asked.hypotheses[0]).toMatchObject({ status: "waiting", review: "pending" });
    const [request] = await db.queryReviews({ status: "pending" });
    const answer = await approveReview(db, { requestId: request?.requestId ?? "", reviewer: "ada", clock });
    expect(answer.accepted).toBe(true);
    const approved = await during(loop.run());
    expect(approved.hypotheses[0]).toMatchObject({ status: "deployed", review: "approved" });
    expect(approved.hypotheses[0]?.hypothesisId).toBe(asked.hypotheses[0]?.hypothesisId);
    expect(sizeOf(live)).toBe(10);
  });

  test("a station that breaks is said, remembered where it was about a hypothesis, and stops nothing else", async () => {
    const broken: HypothesisModel = {
      name: "broken",
      propose: async () => {
        throw new Error("no connection");
      },
    };
    const { loop, during } = await setUp({ model: broken });
    const result = await during(loop.run());
    expect(result).toMatchObject({ success: false, stoppedAt: "generation", reason: "no connection" });
    expect(result.learned).toBeDefined();
  });

  test("too few runs are said, and are no failure", async () => {
    const { loop, during } = await setUp({ config: { analysis: { minExecutions: 1_000_000 } } });
    const result = await during(loop.run());
    expect(result).toMatchObject({ success: true, stoppedAt: "analysis" });
    expect(result.reason).toContain("too few runs");
  });

  test("what an earlier process left is taken up where it can be, and recorded with the reason where not", async () => {
    const { loop, db, version, during } = await setUp({ model: proposing([]) });
    const leave = (hypothesisId: string, graphVersionBaseline: string, newValue: number) =>
      db.storeHypothesis({
        hypothesisId,
        graphId: "g",
        graphVersionBaseline,
        hypothesisType: "parameter_tuning",
        targetNode: "work",
        rationale: "left",
        changes: changesOf("size", newValue),
      });
    await leave("ready", version.versionId, 10);
    await leave("outdated", "v_before", 12);
    await leave("testing", version.versionId, 14);
    await db.updateTestResults({
      hypothesisId: "testing",
      testResult: { hypothesisId: "testing", testId: "t", status: "running" },
    });
    const result = await during(loop.run());
    expect(result.hypotheses).toMatchObject([{ hypothesisId: "ready", status: "deployed" }]);
    expect((await db.readExperience("outdated")).outcome).toMatchObject({
      status: "aborted",
      failureReason: "it was written for version v_before, which is live no more",
    });
    expect((await db.readExperience("testing")).outcome).toMatchObject({
      status: "aborted",
      failureReason: "the process ended in the middle of its test",
    });
  });

  test("waits for deployments that an earlier process left, and lets itself be called off meanwhile", async () => {
    const { options, clock, during } = await setUp({ model: proposing([]) });
    const startedAt = clock.now();
    const left = clock.sleep(60_000);
    const controller = () => ({
      run: () => Promise.reject(new Error("not asked")),
      recover: async () => [{ done: left }],
    });
    const loop = new RSIMetaGraph({ ...options, controller });
    const stop = new AbortController();
    const calledOff = loop.run({ signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(calledOff).rejects.toThrow("enough");
    const result = await during(loop.run());
    expect(result.startedAt - startedAt).toBeGreaterThanOrEqual(60_000);
    await loop.close();
  });

  test("runs cycle after cycle, waits between them, and ends by count or by signal", async () => {
    const { loop, clock, during } = await setUp({ model: proposing([setting(20)], [setting(10)]) });
    const startedAt = clock.now();
    const results = await during(loop.runContinuous({ intervalSeconds: 30, maxIterations: 3 }));
    expect(results.map(({ hypothesesDeployed }) => hypothesesDeployed)).toEqual([1, 1, 0]);
    expect(clock.now() - startedAt).toBeGreaterThan(60_000);

    const stop = new AbortController();
    const some = await during(
      loop.runContinuous({ intervalSeconds: 30, signal: stop.signal, onCycle: () => stop.abort() }),
    );
    expect(some).toHaveLength(1);
  });

  test("refuses what it cannot work on, and says what it expected", async () => {
    const { loop, options, during } = await setUp({ config: { graphVersion: "9.9.9" } });
    expect((await during(loop.run())).reason).toMatch(/expected version 9\.9\.9 to be live, it is 1\.0\.0/);
    const { targetGraph: _none, ...without } = options;
    await expect(new RSIMetaGraph(without).run()).rejects.toMatchObject({ code: "invalid_input" });
    const other = { ...options, config: { graphId: "other" } };
    expect(() => new RSIMetaGraph(other)).toThrow(/The target is graph "g", this loop improves "other"/);
    const wrong = { ...options, config: { graphId: "g", maxHypotheses: 0, deployement: {} } };
    expect(() => new RSIMetaGraph(wrong as never)).toThrow(/maxHypotheses.*deployement/s);
  });
});
