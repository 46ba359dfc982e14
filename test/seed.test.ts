import { ExperienceDatabase } from "@spark/experience-db";
import { Graph, graphToSpec, type GraphSpecInput } from "@spark/graph";
import { ChangeApplicator, DeploymentConfig, readDeploymentConfig, stagesOf } from "@spark/rsi-deploy";
import type { ImprovementHypothesisInput } from "@spark/rsi-model";
import { describe, expect, test } from "vitest";
import { type Behaviour, production, proposal } from "./deployments/production.ts";

/** The seed, heading by heading, with its numbers. Names are the seed's, in camel case. */
describe("Phase 4: Safe Deployment", () => {
  describe("ChangeApplicator", () => {
    const baselineSpec = {
      id: "support",
      start: "ask",
      nodes: [
        { id: "ask", type: "Ask", config: { prompt: "Be kind.", temperature: 0.7 } },
        { id: "answer", type: "Answer" },
        { id: "log", type: "Log" },
      ],
      edges: [
        { id: "ask-answer", fromNode: "ask", toNode: "answer" },
        { id: "answer-log", fromNode: "answer", toNode: "log" },
      ],
    } as const satisfies GraphSpecInput;
    const apply = (...changes: NonNullable<ImprovementHypothesisInput["changes"]>) =>
      new ChangeApplicator().applyChanges({ baselineSpec, hypothesis: { changes } });

    describe("Purpose and usage", () => {
      test("makes a new, immutable version, and leaves the baseline as it was", async () => {
        const before = structuredClone(baselineSpec);
        const candidate = await apply({
          type: "node_config_update",
          targetNodeId: "ask",
          configPath: "prompt",
          newValue: "Be brief.",
        });
        expect(candidate.nodes[0]?.config).toEqual({ prompt: "Be brief.", temperature: 0.7 });
        expect(baselineSpec).toEqual(before);
        expect(Object.isFrozen(candidate.nodes[0]?.config)).toBe(true);
      });

      test("keeps an audit trail: what changed, from what to what", () => {
        const hypothesis: Pick<ImprovementHypothesisInput, "changes"> = {
          changes: [
            { type: "node_config_update", targetNodeId: "ask", configPath: "temperature", newValue: 0.2 },
          ],
        };
        const applied = new ChangeApplicator().applyHypothesis({ baseline: baselineSpec, hypothesis });
        expect(applied).toMatchObject({
          ok: true,
          diff: {
            nodes: {
              modified: [
                { id: "ask", changes: [{ path: ["config", "temperature"], oldValue: 0.7, newValue: 0.2 }] },
              ],
            },
          },
          candidate: { label: "1.1.0", parent: expect.stringMatching(/^v_/) },
        });
      });
    });

    describe("Supported change types", () => {
      test("node_config_update updates a configuration value", async () => {
        const { nodes } = await apply({
          type: "node_config_update",
          targetNodeId: "ask",
          configPath: "temperature",
          newValue: 0.2,
        });
        expect(nodes[0]?.config).toMatchObject({ temperature: 0.2 });
      });

      test("node_add and edge_add add a node and the edge that leads to it", async () => {
        const { nodes, edges } = await apply(
          { type: "node_add", nodeSpec: { id: "check", type: "Check" } },
          { type: "edge_add", edgeSpec: { id: "answer-check", fromNode: "answer", toNode: "check" } },
        );
        expect(nodes.map(({ id }) => id)).toEqual(["ask", "answer", "log", "check"]);
        expect(edges.map(({ id }) => id)).toEqual(["ask-answer", "answer-log", "answer-check"]);
      });

      test("node_remove and edge_remove take a node and its edge out", async () => {
        const { nodes, edges } = await apply(
          { type: "edge_remove", targetEdgeId: "answer-log" },
          { type: "node_remove", targetNodeId: "log" },
        );
        expect(nodes.map(({ id }) => id)).toEqual(["ask", "answer"]);
        expect(edges.map(({ id }) => id)).toEqual(["ask-answer"]);
      });

      test("edge_modify changes an edge's condition", async () => {
        const { edges } = await apply({
          type: "edge_modify",
          targetEdgeId: "ask-answer",
          updates: { condition: "$.outputs.score > 0.5" },
        });
        expect(edges[0]).toMatchObject({
          id: "ask-answer",
          condition: "$.outputs.score > 0.5",
        });
      });
    });
  });

  describe("DeploymentControllerNode", () => {
    describe("Configuration", () => {
      test("takes the configuration of the seed's first example", () => {
        const config = {
          strategy: "direct",
          monitoringDurationSeconds: 300,
          monitoringIntervalSeconds: 10,
          maxErrorRateIncrease: 0.5,
          maxLatencyMultiplier: 2,
          minSuccessRate: 0.7,
        } as const;
        const { controller } = production({ deploymentConfig: config });
        expect(controller.config).toMatchObject(config);
      });
    });

    describe("DeploymentConfig", () => {
      test("has the seed's defaults", () => {
        expect(DeploymentConfig.parse({})).toMatchObject({
          strategy: "direct",
          monitoringDurationSeconds: 300,
          monitoringIntervalSeconds: 10,
          maxErrorRateIncrease: 0.5,
          maxLatencyMultiplier: 2,
          minSuccessRate: 0.7,
          canaryStages: [0.1, 0.25, 0.5, 1],
        });
      });

      test("a canary percentage is its first share; without one that is 10 %", () => {
        const shares = (config: object): readonly unknown[] =>
          stagesOf(readDeploymentConfig({ strategy: "canary", ...config })).map((stage) =>
            stage.kind === "watch" ? stage.share : stage.kind,
          );
        expect(shares({})).toEqual([0.1, 0.25, 0.5, 1]);
        expect(shares({ canaryPercentage: 0.1 })).toEqual([0.1, 0.25, 0.5, 1]);
        expect(shares({ canaryPercentage: 0.3 })).toEqual([0.3, 0.5, 1]);
      });

      test("says every field that cannot be right", () => {
        expect(() =>
          readDeploymentConfig({ strategy: "yolo", minSuccessRate: 1.1, maxLatencyMultiplier: Number.NaN }),
        ).toThrow(/strategy: .*maxLatencyMultiplier: .*minSuccessRate: /s);
      });
    });

    describe("Deployment strategies", () => {
      const quick = { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5 };

      test("direct gives the candidate all traffic at once", async () => {
        const { deploy, progress, clock } = production({ deploymentConfig: quick });
        await clock.advance(20_000);
        expect(await deploy({ latencyMs: 10 })).toMatchObject({ status: "completed", strategy: "direct" });
        expect(progress.filter(({ type }) => type === "stage_entered")).toMatchObject([
          { plan: { kind: "all" } },
        ]);
      });

      test("canary gives 10, 25, 50 and 100 %", async () => {
        const { deploy, progress, clock } = production({
          deploymentConfig: { ...quick, strategy: "canary" },
        });
        await clock.advance(20_000);
        expect(await deploy({ latencyMs: 10 })).toMatchObject({ status: "completed", strategy: "canary" });
        const plans = progress.flatMap((event) => (event.type === "stage_entered" ? [event.plan] : []));
        expect(plans.map((plan) => (plan.kind === "split" ? plan.candidateShare : plan.kind))).toEqual([
          0.1,
          0.25,
          0.5,
          "all",
        ]);
      });

      test("shadow runs alongside and serves nobody", async () => {
        const { deploy, records, clock } = production({
          deploymentConfig: { ...quick, strategy: "shadow", shadowThen: "stop" },
        });
        await clock.advance(20_000);
        const result = await deploy({ latencyMs: 10 });
        const arms = new Set(
          records.filter((run) => run.versionId === result.versionId).map(({ arm }) => arm),
        );
        expect([...arms]).toEqual(["mirror"]);
      });
    });

    describe("Usage", () => {
      const usage = {
        strategy: "direct",
        monitoringDurationSeconds: 300,
        maxErrorRateIncrease: 0.3,
        maxLatencyMultiplier: 1.5,
      } as const;

      test("a success says its deployment, its version and how monitoring went, after 300 seconds", async () => {
        const { deploy, clock } = production({ deploymentConfig: usage });
        await clock.advance(20_000);
        const result = await deploy({ latencyMs: 15 }, { forSeconds: 310 });
        expect(result).toMatchObject({
          success: true,
          deploymentId: expect.stringMatching(/^deploy_/),
          newVersion: "1.1.0",
          monitoringDuration: 300,
        });
        expect(["healthy", "safe"]).toContain(result.monitoringStatus);
      });

      test("a failure says why, and that the baseline is back", async () => {
        const { deploy, clock, live, version } = production({ deploymentConfig: usage });
        await clock.advance(20_000);
        const result = await deploy({ failuresPerThousand: 500 });
        expect(result).toMatchObject({ success: false, rolledBack: true, status: "rolled_back" });
        expect(result.success ? "" : result.error).toMatch(/rate|failures/);
        expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      });
    });

    describe("Deployment process", () => {
      test("1 validate: what has not passed its test is refused, and nothing is touched", async () => {
        const { controller, version, live } = production();
        const { hypothesis, testResult } = proposal(version, { latencyMs: 10 });
        const result = await controller.run({ hypothesis, testResult: { ...testResult, status: "failed" } });
        expect(result).toMatchObject({ status: "rejected", error: expect.stringMatching(/has not passed/) });
        expect(live.revision).toBe(0);
      });

      test("2 to 7: apply, deploy, monitor, evaluate, roll back, record, in this order", async () => {
        const { deploy, progress, clock, live, version } = production({
          deploymentConfig: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5 },
        });
        await clock.advance(20_000);
        await deploy({ failuresPerThousand: 500 });
        const order = progress.map(({ type }) => type).filter((type) => type !== "checked");
        expect(order).toEqual(["started", "stage_entered", "breach", "rolled_back", "ended"]);
        expect(live.plan).toEqual({ kind: "all", version: version.versionId });
      });
    });

    describe("Monitoring metrics", () => {
      test("error rate, latency, success rate, throughput and resources, for both versions", async () => {
        const { deploy, clock } = production({
          baseline: { failuresPerThousand: 20 },
          deploymentConfig: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5 },
        });
        await clock.advance(20_000);
        const { baselineMetrics, deployedMetrics } = await deploy({ latencyMs: 10 });
        expect(baselineMetrics?.errorRate).toBeCloseTo(0.02, 4);
        expect(baselineMetrics?.successRate).toBeCloseTo(0.98, 4);
        expect(baselineMetrics?.avgLatency).toBeCloseTo(0.02, 6);
        expect(deployedMetrics?.avgLatency).toBeCloseTo(0.01, 6);
        expect(deployedMetrics?.p95Latency).toBeCloseTo(0.01, 3);
        expect(deployedMetrics?.throughput).toBeCloseTo(100, -1);
        expect(deployedMetrics?.resources?.memory).toBeGreaterThan(0);
        expect(deployedMetrics?.resources?.cpu).toBeGreaterThanOrEqual(0);
      });
    });

    describe("Rollback triggers", () => {
      /** The seed's comparisons, taken literally, in windows of a thousand runs. */
      const literal = {
        monitoringDurationSeconds: 40,
        monitoringIntervalSeconds: 10,
        decision: "threshold",
      } as const;
      const statusOf = async (
        baseline: Behaviour,
        candidate: Behaviour,
        config: Parameters<typeof readDeploymentConfig>[0] = {},
      ): Promise<readonly [string, string]> => {
        const { deploy, clock } = production({
          baseline,
          deploymentConfig: { ...literal, ...(config as object) },
        });
        await clock.advance(50_000);
        const result = await deploy(candidate);
        return [result.status, result.success ? "" : result.error];
      };

      test("1: errors up by less than half are kept, by more are taken back", async () => {
        const baseline = { failuresPerThousand: 20 };
        expect(await statusOf(baseline, { failuresPerThousand: 28 })).toEqual(["completed", ""]);
        expect(await statusOf(baseline, { failuresPerThousand: 32 })).toEqual([
          "rolled_back",
          expect.stringMatching(/error rate 3\.\d+ % .* against 2 % .* limit 3 %/),
        ]);
      });

      test("2: latency below twice the baseline's is kept, above is taken back", async () => {
        expect(await statusOf({}, { latencyMs: 39 })).toEqual(["completed", ""]);
        expect(await statusOf({}, { latencyMs: 41 })).toEqual([
          "rolled_back",
          expect.stringMatching(/mean latency 41 ms .* against 20 ms .* limit 40 ms/),
        ]);
      });

      test("3: a success rate above 70 % is kept, below is taken back", async () => {
        const baseline = { failuresPerThousand: 250 };
        expect(await statusOf(baseline, { failuresPerThousand: 290 })).toEqual(["completed", ""]);
        expect(await statusOf(baseline, { failuresPerThousand: 310 })).toEqual([
          "rolled_back",
          expect.stringMatching(/success rate 69 % .* limit 70 %/),
        ]);
      });

      test("4: five failures in a row are kept, the sixth takes back", async () => {
        const baseline = { failuresPerThousand: 10 };
        const wide = { maxErrorRateIncrease: 100 };
        expect(await statusOf(baseline, { failuresPerThousand: 0, burst: 5 }, wide)).toEqual([
          "completed",
          "",
        ]);
        expect(await statusOf(baseline, { failuresPerThousand: 0, burst: 6 }, wide)).toEqual([
          "rolled_back",
          expect.stringMatching(/consecutive failures 6 .* limit 5/),
        ]);
      });
    });

    describe("DeploymentRecord", () => {
      const quick = { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5 };

      test("has the seed's fields when the change was kept", async () => {
        const { deploy, clock, version } = production({ deploymentConfig: quick });
        await clock.advance(20_000);
        const result = await deploy({ latencyMs: 10 });
        expect(result.deploymentRecord).toMatchObject({
          deploymentId: result.deploymentId,
          hypothesisId: "hyp-1",
          baselineVersion: version.versionId,
          deployedVersion: result.versionId,
          strategy: "direct",
          startedAt: "2026-01-01T00:00:20.000Z",
          completedAt: "2026-01-01T00:00:40.000Z",
          status: "completed",
          baselineMetrics: { errorRate: 0 },
          deployedMetrics: { errorRate: 0 },
        });
      });

      test("has the reason when it was taken back, and no fields of another ending", async () => {
        const { deploy, clock } = production({ deploymentConfig: quick });
        await clock.advance(20_000);
        const { deploymentRecord } = await deploy({ failuresPerThousand: 1000 });
        expect(deploymentRecord).toMatchObject({ status: "rolled_back", rollbackReason: expect.any(String) });
        expect(deploymentRecord).not.toHaveProperty("errorMessage");
      });
    });
  });

  describe("Complete deployment example", () => {
    const deploymentConfig = {
      strategy: "direct",
      monitoringDurationSeconds: 600,
      monitoringIntervalSeconds: 15,
      maxErrorRateIncrease: 0.3,
      maxLatencyMultiplier: 1.5,
      minSuccessRate: 0.8,
    } as const;

    async function example(behaviour: Behaviour) {
      const experienceDb = new ExperienceDatabase();
      await experienceDb.initialize();
      const { controller, clock, version, registry } = production({
        baseline: { failuresPerThousand: 20 },
        deploymentConfig,
        controller: { experienceDb, enableMonitoring: true, enableRollback: true },
      });
      const baselineSpec = graphToSpec(Graph.fromSpec(version.spec, registry));
      await clock.advance(60_000);
      const deployed = controller.run({ ...proposal(version, behaviour), baselineSpec });
      await clock.advance(601_000);
      return { result: await deployed, experienceDb };
    }

    test("keeps what is better, after 600 seconds, and the database has learned from it", async () => {
      const { result, experienceDb } = await example({ latencyMs: 10 });
      expect(result).toMatchObject({
        success: true,
        status: "completed",
        strategy: "direct",
        recorded: true,
      });
      expect(result.monitoringDuration).toBe(600);
      expect(result.baselineMetrics?.errorRate).toBeCloseTo(0.02, 4);
      expect(result.deployedMetrics?.avgLatency).toBeCloseTo(0.01, 6);
      expect(await experienceDb.querySuccessfulPatterns()).toMatchObject([
        { hypothesisId: "hyp-1", patterns: ["parameter_tuning_success"] },
      ]);
    });

    test("takes back what is worse, and the database says why", async () => {
      const { result, experienceDb } = await example({ failuresPerThousand: 250 });
      expect(result).toMatchObject({ success: false, rolledBack: true, recorded: true });
      const [lesson] = await experienceDb.queryFailurePatterns();
      expect(lesson?.reason).toBe(result.success ? undefined : result.rollbackReason);
      expect(await experienceDb.querySuccessfulPatterns()).toEqual([]);
    });
  });

  describe("Best practices", () => {
    test("have humans review HIGH risk deployments", async () => {
      const { controller, version, clock } = production({
        deploymentConfig: { requireReview: true, monitoringDurationSeconds: 10 },
      });
      const risky = proposal(version, { latencyMs: 10 }, { riskLevel: "high" });
      expect(await controller.run(risky)).toMatchObject({
        status: "rejected",
        error: expect.stringMatching(/needs an approval/),
      });
      const approved = controller.run({ ...risky, approval: { approvedBy: "ann" } });
      await clock.advance(11_000);
      expect(await approved).toMatchObject({ status: "completed" });
    });

    test("fast rollback, and no data lost: every request gets its one answer, none on the candidate afterwards", async () => {
      const { deploy, clock, records, counts, stop } = production({ baseline: { failuresPerThousand: 20 } });
      await clock.advance(20_000);
      const result = await deploy({ failuresPerThousand: 1000 });
      await clock.advance(10_000);
      stop();
      await clock.advance(1_000);
      const { sent, results, errors } = counts();
      expect(results + errors).toBe(sent);
      expect(records).toHaveLength(sent);
      const onCandidate = records.filter(({ versionId }) => versionId === result.versionId);
      expect(onCandidate.length).toBeLessThanOrEqual(10);
      const decidedAt = result.verdicts.at(-1)?.at ?? 0;
      expect(onCandidate.filter(({ startedAt }) => startedAt > decidedAt)).toEqual([]);
      expect(records.filter(({ startedAt }) => startedAt > decidedAt).length).toBeGreaterThan(900);
    });
  });

  describe("Troubleshooting", () => {
    test("monitoring that sees nothing does not pass for health", async () => {
      const { controller, clock, version, stop } = production({
        deploymentConfig: { monitoringDurationSeconds: 20, monitoringIntervalSeconds: 5 },
      });
      stop();
      await clock.advance(1_000);
      const deployed = controller.run(proposal(version, { latencyMs: 10 }));
      await clock.advance(41_000);
      expect(await deployed).toMatchObject({
        status: "rolled_back",
        monitoringStatus: "insufficient",
        error: expect.stringMatching(/not enough evidence.*0 of at least 30 runs/),
      });
    });
  });

  describe("Integration with Experience Database", () => {
    test("takes the seed's own report, in its spelling", async () => {
      const experienceDb = new ExperienceDatabase();
      await experienceDb.initialize();
      const { version } = production();
      await experienceDb.storeHypothesis(proposal(version, { latencyMs: 10 }).hypothesis);
      await experienceDb.updateDeploymentOutcome({
        hypothesisId: "hyp-1",
        deployed: true,
        outcome: { success: true, deployment_id: "deploy-1", metrics: { error_rate: 0.01 } },
        lessons: ["Prompt optimization improved accuracy by 15%", "No latency impact observed"],
        patterns: ["prompt_optimization_success", "agent_accuracy_improvement"],
      });
      expect(await experienceDb.querySuccessfulPatterns()).toMatchObject([
        {
          lessons: ["Prompt optimization improved accuracy by 15%", "No latency impact observed"],
          patterns: ["prompt_optimization_success", "agent_accuracy_improvement"],
          outcome: { deploymentId: "deploy-1" },
        },
      ]);
    });
  });
});
