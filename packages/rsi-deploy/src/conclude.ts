import type {
  DeploymentEnded,
  DeploymentInProgress,
  ImprovementHypothesis,
  TestResult,
} from "@spark/rsi-model";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Ending } from "./ending.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import type { Journal } from "./journal.ts";
import type { Rollout } from "./rollout.ts";
import { recordOf, recordOutcome } from "./steps/record.ts";
import { storeCandidate } from "./store-versions.ts";
import type { Verdict } from "./verdict.ts";
import type { Watch } from "./watch.ts";

/** The record a deployment starts with. */
function startedRecord(rollout: Rollout): DeploymentInProgress {
  const { baseline, candidate, baselineBefore } = rollout;
  return {
    status: "in_progress",
    deploymentId: rollout.deploymentId,
    hypothesisId: rollout.hypothesis.hypothesisId,
    graphId: baseline.spec.id,
    baselineVersion: baseline.versionId,
    baselineLabel: baseline.label,
    deployedVersion: candidate.versionId,
    deployedLabel: candidate.label,
    strategy: rollout.config.strategy,
    startedAt: new Date(rollout.startedAt).toISOString(),
    ...(baselineBefore === undefined ? {} : { baselineMetrics: baselineBefore.metrics }),
  };
}

/** Step 7 for a deployment that had a start: record it everywhere, and say so. Never rejects. */
export async function conclude(
  ended: {
    readonly rollout: Rollout;
    readonly ending: Exclude<Ending, { readonly status: "rejected" }>;
    readonly watch: Watch;
    readonly verdicts: readonly Verdict[];
  },
  environment: Environment,
  journal: Journal,
): Promise<DeploymentResult> {
  const { rollout, ending, watch, verdicts } = ended;
  const at = environment.clock.now();
  const candidateMetrics = watch.candidateMetrics();
  const deployedMetrics = candidateMetrics.runs > 0 ? candidateMetrics : undefined;
  const baselineMetrics = watch.baselineMetrics();
  const record = recordOf(startedRecord(rollout), { ending, at, baselineMetrics, deployedMetrics, verdicts });
  const failure = await keep(environment, journal, {
    rollout,
    hypothesis: rollout.hypothesis,
    testResult: rollout.testResult,
    record,
    ending,
    metrics: { baseline: baselineMetrics, candidate: deployedMetrics },
  });
  const shared = {
    deploymentId: rollout.deploymentId,
    strategy: rollout.config.strategy,
    newVersion: rollout.candidate.label,
    versionId: rollout.candidate.versionId,
    monitoringStatus: environment.enableMonitoring ? (verdicts.at(-1)?.kind ?? "not_started") : "disabled",
    monitoringDuration: (at - rollout.startedAt) / 1000,
    ...(baselineMetrics === undefined ? {} : { baselineMetrics }),
    ...(deployedMetrics === undefined ? {} : { deployedMetrics }),
    modifiedSpec: rollout.candidate.spec,
    diff: rollout.diff,
    verdicts,
    deploymentRecord: record,
    recorded: failure === undefined,
    ...(failure === undefined ? {} : { recordError: failure }),
  } as const;
  if (ending.status === "completed") {
    return { success: true, status: "completed", rolledBack: false, ...shared };
  }
  const rolledBack = ending.status === "rolled_back";
  return {
    success: false,
    status: ending.status,
    error: ending.reason,
    rolledBack,
    ...(rolledBack ? { rollbackReason: ending.reason } : {}),
    ...shared,
  };
}

/** Step 7 for a request that was refused: nothing was touched, and that is recorded too. */
export async function concludeRefused(
  refused: {
    readonly deploymentId: string;
    readonly reasons: readonly string[];
    readonly hypothesis: ImprovementHypothesis | undefined;
    readonly testResult: TestResult | undefined;
  },
  environment: Environment,
  journal: Journal,
): Promise<DeploymentResult> {
  const { deploymentId, reasons, hypothesis } = refused;
  const { clock, config, target } = environment;
  const at = clock.now();
  const { plan } = target;
  const live = plan.kind === "all" ? plan.version : plan.kind === "split" ? plan.stable : plan.live;
  const record: DeploymentEnded = {
    status: "rejected",
    deploymentId,
    hypothesisId: hypothesis?.hypothesisId ?? "unknown",
    graphId: target.graphId,
    baselineVersion: live,
    strategy: config.strategy,
    startedAt: new Date(at).toISOString(),
    completedAt: new Date(at).toISOString(),
    decidedBy: "controller",
    reasons,
  };
  const ending: Ending = { status: "rejected", by: "controller", reason: reasons.join("; "), reasons };
  environment.progress({ type: "refused", deploymentId, at, reasons });
  const failure = await keep(environment, journal, {
    hypothesis,
    testResult: refused.testResult,
    record,
    ending,
    metrics: { baseline: undefined, candidate: undefined },
  });
  return {
    success: false,
    status: "rejected",
    error: ending.reason,
    rolledBack: false,
    deploymentId,
    strategy: config.strategy,
    monitoringStatus: "not_started",
    monitoringDuration: 0,
    verdicts: [],
    deploymentRecord: record,
    recorded: failure === undefined,
    ...(failure === undefined ? {} : { recordError: failure }),
  };
}

/** Step 7 for a deployment that another process left open and that cannot be gone on with. Never rejects. */
export async function concludeLost(
  record: DeploymentEnded,
  environment: Environment,
  journal: Journal,
): Promise<DeploymentResult> {
  const reason = record.status === "failed" ? record.errorMessage : record.status;
  const { deploymentId, strategy, hypothesisId } = record;
  const { recorder } = environment;
  const failures: string[] = [];
  const note = (what: string) => (error: unknown) => void failures.push(`${what}: ${messageOf(error)}`);
  const outcome = {
    deploymentId,
    status: record.status,
    success: false,
    strategy,
    failureReason: reason,
    // By which `hasFailed` knows that this says nothing about the change.
    phase: "recovery",
  };
  await recorder
    ?.updateDeploymentOutcome({ hypothesisId, deployed: false, outcome, lessons: [], patterns: [] })
    .catch(note("database"));
  await journal.append({ type: "ended", record }).catch(note("log"));
  const recorded = failures.length === 0;
  environment.progress({ type: "ended", deploymentId, at: environment.clock.now(), record, recorded });
  return {
    success: false,
    status: "failed",
    error: reason,
    rolledBack: false,
    deploymentId,
    strategy,
    monitoringStatus: "not_started",
    monitoringDuration: 0,
    verdicts: [],
    deploymentRecord: record,
    recorded,
    ...(recorded ? {} : { recordError: failures.join("; ") }),
  };
}

/**
 * Database first, then the log's last entry: a process that dies between the two finds the deployment open and
 * tells the database the same again, which merges it. One that fails does not keep the other from being told.
 * Gives what went wrong.
 */
async function keep(
  environment: Environment,
  journal: Journal,
  told: Omit<Parameters<typeof recordOutcome>[1], "hypothesis"> & {
    readonly hypothesis: ImprovementHypothesis | undefined;
    readonly rollout?: Rollout;
  },
): Promise<string | undefined> {
  const { hypothesis, record, rollout } = told;
  const { versions } = environment;
  const { recorder } = environment;
  const failures: string[] = [];
  const attempt = async (what: string, write: () => Promise<void>): Promise<void> => {
    try {
      await write();
    } catch (error) {
      failures.push(`${what}: ${messageOf(error)}`);
    }
  };
  await journal.flush();
  if (journal.failure !== undefined) failures.push(`log: ${messageOf(journal.failure)}`);
  // Whoever has the lease now goes on with the deployment, and tells the database what becomes of it.
  if (!journal.isFenced) {
    if (recorder !== undefined && hypothesis !== undefined) {
      await attempt("database", () => recordOutcome(recorder, { ...told, hypothesis }));
    }
    if (versions !== undefined && rollout !== undefined) {
      await attempt("versions", () => storeCandidate(rollout, versions, record.status));
    }
    await attempt("log", () => journal.append({ type: "ended", record }));
  } else if (failures.length === 0) failures.push(`log: ${environment.lease.lost}`);
  const { deploymentId } = record;
  const at = environment.clock.now();
  environment.progress({ type: "ended", deploymentId, at, record, recorded: failures.length === 0 });
  return failures.length === 0 ? undefined : failures.join("; ");
}
