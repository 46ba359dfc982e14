import {
  complete,
  type DeploymentEvent,
  type DeploymentInProgress,
  ImprovementHypothesis,
  type ImprovementHypothesisInput,
  rollBack,
  TestResult,
} from "@spark/rsi-model";
import type { ExperienceDatabase } from "../experience-database.ts";

const types = ["prompt_optimization", "caching", "parameter_tuning"] as const;
const graphs = ["support", "billing"] as const;

/** One write of a history, as a function of the database it goes to. */
export type Write = (database: ExperienceDatabase) => Promise<unknown>;

/**
 * The writes of a team's history, in order: hypotheses of two graphs, tested, deployed, kept or taken back,
 * with versions, patterns and reviews. Every kind of change occurs.
 *
 * @param count - How many hypotheses; each makes about eight writes.
 */
export function changesInOrder(count = 6): readonly Write[] {
  return Array.from({ length: count }, (_, n) => storyOf(n)).flat();
}

/** Writes a whole history, one write after the other. */
export async function liveThrough(database: ExperienceDatabase, count?: number): Promise<void> {
  for (const write of changesInOrder(count)) await write(database);
}

/** Everything that can be asked of a database, to compare one with another. */
export async function everythingIn(database: ExperienceDatabase): Promise<unknown> {
  const experiences = await database.queryHypotheses({ limit: Infinity });
  const open = await database.openDeployments();
  const deploymentIds = new Set([
    ...open.map(({ deploymentId }) => deploymentId),
    ...experiences.flatMap(({ deployments }) =>
      deployments.flatMap(({ deploymentId }) => deploymentId ?? []),
    ),
  ]);
  const known = await Promise.all(
    [...deploymentIds].map((id) => database.readDeployment(id).catch(() => "not stored")),
  );
  return {
    experiences,
    byType: await Promise.all(types.map((hypothesisType) => database.queryHypotheses({ hypothesisType }))),
    successes: await database.querySuccessfulPatterns({ limit: Infinity }),
    failures: await database.queryFailurePatterns({ limit: Infinity }),
    patterns: await database.queryPatterns({ limit: Infinity, minSuccessRate: 0 }),
    open,
    logs: known,
    versions: await Promise.all(graphs.map((graphId) => database.queryVersions({ graphId }))),
    active: await Promise.all(graphs.map((graphId) => database.activeVersion(graphId))),
    reviews: await database.queryReviews(),
    stats: database.getStats(),
  };
}

function storyOf(n: number): readonly Write[] {
  const hypothesis = hypothesisOf(n);
  const { hypothesisId, graphId } = hypothesis;
  const deployment = deploymentOf(n);
  const { deploymentId } = deployment;
  const completedAt = "2026-01-01T00:05:00.000Z";
  const ending = {
    completedAt,
    decidedBy: "controller",
    verdicts: [{ guard: "error_rate", ok: n % 2 === 0 }],
  };
  const record =
    n % 2 === 0
      ? complete(deployment, ending)
      : rollBack(deployment, { ...ending, rollbackReason: "latency doubled" });
  const log =
    (event: DeploymentEvent): Write =>
    (database) =>
      database.appendDeploymentEvent(event);
  return [
    (database) => database.storeHypothesis(hypothesis),
    (database) =>
      database.updateTestResults({
        hypothesisId,
        testResult: TestResult.parse({
          hypothesisId,
          testId: `test_${n}`,
          status: n % 3 === 2 ? "failed" : "passed",
        }),
      }),
    (database) =>
      database.storeVersion({
        versionId: `v_${n + 1}`,
        label: `1.${n + 1}.0`,
        graphId,
        spec: { id: graphId, start: "answer", nodes: [{ id: "answer", type: "Answer" }] },
        ...(n < 2 ? {} : { parent: `v_${n - 1}` }),
        hypothesisId,
      }),
    log({
      type: "started",
      deploymentId,
      at: 1_000 + n,
      hypothesisId,
      graphId,
      baselineVersionId: deployment.baselineVersion,
      candidateVersionId: deployment.deployedVersion,
      strategy: "direct",
      config: { minimumRuns: 30 },
      stages: [{ name: "all" }],
      salt: `salt_${n}`,
    }),
    log({ type: "stage_entered", deploymentId, at: 1_001 + n, index: 0, name: "all", plan: { kind: "all" } }),
    ...(n % 4 === 3 ? [] : [log({ type: "ended", deploymentId, at: 2_000 + n, record })]),
    (database) =>
      database.updateDeploymentOutcome({
        hypothesisId,
        deployed: n % 2 === 0,
        outcome: { success: n % 2 === 0, rolledBack: n % 2 === 1, deploymentId, metrics: { runs: n } },
        lessons: [`lesson ${n} – “quoted”, ünïcode, line\nbreak`],
        patterns: n % 2 === 0 ? [`pattern_${n % 2}`] : [],
      }),
    (database) =>
      database.storePattern({ patternId: `pattern_${n % 2}`, patternName: "p", patternType: "success" }),
    (database) => database.updatePatternStats({ patternId: `pattern_${n % 2}`, success: n % 3 > 0 }),
    ...(n % 3 === 0 ? reviewOf(n, hypothesis) : []),
    ...(n % 4 === 2 ? [(database: ExperienceDatabase) => database.pruneVersions({ graphId, keep: 1 })] : []),
  ];
}

function reviewOf(n: number, hypothesis: ImprovementHypothesis): readonly Write[] {
  return [
    (database) =>
      database.storeReview({
        status: "pending",
        requestId: `review_${n}`,
        hypothesisId: hypothesis.hypothesisId,
        hypothesis,
        createdAt: "2026-01-01T00:00:00.000Z",
        expiresAt: "2999-01-01T00:00:00.000Z",
      }),
    (database) =>
      database.decideReview({
        requestId: `review_${n}`,
        approved: n % 2 === 0,
        reviewer: "ann",
        reviewedAt: "2026-01-01T01:00:00.000Z",
      }),
  ];
}

function hypothesisOf(n: number): ImprovementHypothesis {
  return ImprovementHypothesis.parse({
    hypothesisId: `hyp_${n}`,
    graphId: graphs[n % graphs.length] ?? "",
    graphVersionBaseline: "1.0.0",
    hypothesisType: types[n % types.length] ?? "custom",
    rationale: `Idea ${n}`,
    changes: [{ type: "node_config_update", targetNodeId: "answer", configPath: "prompt", newValue: n }],
  } satisfies ImprovementHypothesisInput);
}

function deploymentOf(n: number): DeploymentInProgress {
  return {
    status: "in_progress",
    deploymentId: `deploy_${n}`,
    hypothesisId: `hyp_${n}`,
    graphId: graphs[n % graphs.length] ?? "",
    baselineVersion: `v_${n}`,
    deployedVersion: `v_${n + 1}`,
    strategy: "direct",
    startedAt: "2026-01-01T00:00:00.000Z",
  };
}
