import type { GraphVersion, JsonObject } from "@spark/graph";
import { baselineBefore } from "./baseline.ts";
import { conclude, concludeRefused, messageOf } from "./conclude.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import { printDiff } from "./diff-text.ts";
import type { Ending } from "./ending.ts";
import type { Environment } from "./environment.ts";
import { setUpGuards } from "./guards/guard-setup.ts";
import type { GuardPanel } from "./guards/guard-panel.ts";
import { SequentialPanel } from "./guards/sequential-panel.ts";
import { ThresholdPanel } from "./guards/threshold-panel.ts";
import type { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import type { Rollout } from "./rollout.ts";
import type { Course } from "./course.ts";
import { runStage } from "./run-stage.ts";
import { stagesOf } from "./strategies.ts";
import { apply } from "./steps/apply.ts";
import { rollback } from "./steps/rollback.ts";
import { type DeploymentRequest, type LiveState, validate } from "./steps/validate.ts";
import { TrafficSwitch } from "./traffic-switch.ts";
import type { Verdict } from "./verdict.ts";
import { Watch } from "./watch.ts";

/**
 * The whole procedure, the seed's seven steps: validate, apply, deploy, monitor, evaluate, roll back where
 * needed, record. One procedure runs every strategy, since a strategy is a list of stages.
 */
export async function deployHypothesis(
  input: unknown,
  environment: Environment,
  own: { readonly deploymentId: string; readonly inbox: Inbox },
): Promise<DeploymentResult> {
  const { deploymentId, inbox } = own;
  const journal = new Journal(environment.log, deploymentId, environment.clock);
  const live = liveState(environment);
  const validated = validate(input, live, environment.config);
  if (!validated.ok) {
    const { reasons, hypothesis } = validated;
    return concludeRefused(
      { deploymentId, reasons, hypothesis, testResult: undefined },
      environment,
      journal,
    );
  }
  const { request } = validated;
  const prepared = prepare(request, live.version, environment, deploymentId);
  if (!prepared.ok) {
    const { hypothesis, testResult } = request;
    return concludeRefused(
      { deploymentId, reasons: prepared.reasons, hypothesis, testResult },
      environment,
      journal,
    );
  }
  return runRollout(prepared.rollout, { environment, journal, inbox });
}

/** Runs the stages of a rollout to an ending, and records it. Never rejects. */
async function runRollout(
  rollout: Rollout,
  own: { readonly environment: Environment; readonly journal: Journal; readonly inbox: Inbox },
): Promise<DeploymentResult> {
  const { environment, journal } = own;
  const { target } = environment;
  const versions = {
    stable: rollout.baseline.versionId,
    candidate: rollout.candidate.versionId,
    salt: rollout.salt,
  };
  const trafficSwitch = new TrafficSwitch(target, versions);
  const back = (): void => void rollback(trafficSwitch, target, rollout);
  const watch = new Watch({
    target,
    versions: { baseline: versions.stable, candidate: versions.candidate },
    panel: panelFor(rollout, environment),
    baselineBefore: rollout.baselineBefore?.metrics,
    meter: environment.openMeter(),
    onTrip: environment.enableRollback ? back : () => undefined,
  });
  const verdicts: Verdict[] = [];
  try {
    await announce(rollout, environment, journal);
    const ending = await throughStages({ ...own, rollout, trafficSwitch, watch }, verdicts);
    if (ending.status === "completed") {
      return await conclude({ rollout, ending, watch, verdicts }, environment, journal);
    }
    const told = takeBack(ending, { trafficSwitch, environment, rollout });
    noteDecision(journal, told);
    return await conclude({ rollout, ending: told, watch, verdicts }, environment, journal);
  } catch (error) {
    const failed = { status: "failed", by: "controller", reason: messageOf(error) } as const;
    const ending = takeBack(failed, { trafficSwitch, environment, rollout });
    return await conclude({ rollout, ending, watch, verdicts }, environment, journal);
  } finally {
    watch.stop();
    retireOld(environment, rollout);
  }
}

/** Goes from stage to stage until one of them ends the deployment, or all are passed. */
async function throughStages(
  course: Course,
  verdicts: Verdict[],
): Promise<Exclude<Ending, { readonly status: "rejected" }>> {
  const { rollout, environment, journal, trafficSwitch } = course;
  if (!environment.enableMonitoring) {
    return switchAll(course, "monitoring is switched off");
  }
  let by = "controller";
  let reason = "all stages passed";
  for (const index of rollout.stages.keys()) {
    const { outcome, verdict } = await runStage({ ...course, ...lastOf(verdicts) }, index);
    verdicts.push(verdict);
    switch (outcome.kind) {
      case "breached":
        return {
          status: "rolled_back",
          by: `guard:${leadingGuard(verdict)}`,
          reason: verdict.reasons.join("; "),
        };
      case "gave_up":
        return { status: "rolled_back", by: "controller", reason: outcome.reason };
      case "aborted":
        return { status: "aborted", by: outcome.by, reason: outcome.reason };
      case "passed":
        ({ by, reason } = outcome);
        await journal.append({ type: "decided", decision: "promote", reason, by });
        environment.progress({
          type: "promoted",
          deploymentId: rollout.deploymentId,
          at: environment.clock.now(),
          stage: verdict.stage,
          by,
          reason,
        });
    }
    if (outcome.scope === "all") return switchAll(course, reason, by);
  }
  if (rollout.stages.at(-1)?.kind === "mirror") {
    const said = verdicts.at(-1)?.reasons.join("; ") ?? "";
    return { status: "aborted", by: "controller", reason: `a shadow only, nothing goes live: ${said}` };
  }
  const switched = trafficSwitch.toCandidate();
  if (!switched.ok) return { status: "failed", by: "controller", reason: switched.reason };
  const breach = verdicts.findLast(({ kind }) => kind === "breach");
  return {
    status: "completed",
    by,
    reason,
    ...(breach === undefined ? {} : { breach: breach.reasons.join("; ") }),
  };
}

/** All traffic to the candidate, without watching. */
async function switchAll(
  { journal, trafficSwitch }: Course,
  reason: string,
  by = "controller",
): Promise<Exclude<Ending, { readonly status: "rejected" }>> {
  await journal.append({ type: "decided", decision: "promote", reason, by });
  const switched = trafficSwitch.toCandidate();
  if (!switched.ok) return { status: "failed", by: "controller", reason: switched.reason };
  await journal.append({ type: "plan_set", revision: switched.revision });
  return { status: "completed", by, reason };
}

function lastOf(verdicts: readonly Verdict[]): { readonly lastVerdict?: Verdict } {
  const lastVerdict = verdicts.at(-1);
  return lastVerdict === undefined ? {} : { lastVerdict };
}

function liveState({ target }: Environment): LiveState {
  const { plan, versions } = target;
  const live = plan.kind === "all" ? plan.version : plan.kind === "split" ? plan.stable : plan.live;
  const version = versions.find(({ versionId }) => versionId === live) as GraphVersion;
  return { graphId: target.graphId, plan, version };
}

type Prepared =
  | { readonly ok: true; readonly rollout: Rollout }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Step 2 and everything that is fixed before the start. Builds the candidate, touches no traffic. */
function prepare(
  request: DeploymentRequest,
  baseline: GraphVersion,
  environment: Environment,
  deploymentId: string,
): Prepared {
  const { config, target, clock, ids, recent } = environment;
  const applied = apply(request, baseline, environment.applicator);
  if (!applied.ok) return applied;
  try {
    target.install(applied.candidate);
  } catch (error) {
    return { ok: false, reasons: [`the new version cannot be built: ${messageOf(error)}`] };
  }
  const { hypothesis, testResult } = request;
  const runs = recent.recent({ versionId: baseline.versionId });
  const before = baselineBefore(runs, { minimumRuns: config.minimumRuns, testResult });
  const stages = stagesOf(config);
  return {
    ok: true,
    rollout: {
      deploymentId,
      hypothesis,
      testResult,
      baseline,
      candidate: applied.candidate,
      diff: applied.diff,
      config,
      stages,
      salt: ids.next("salt"),
      baselineBefore: before,
      setup: config.decision === "sequential" ? setUpGuards(config, stages, before) : undefined,
      startedAt: clock.now(),
    },
  };
}

function panelFor(rollout: Rollout, { target }: Environment): GuardPanel {
  const { config, setup, baseline, candidate, baselineBefore: before } = rollout;
  if (setup === undefined) return new ThresholdPanel(config, before);
  const [stable, next] = [baseline.versionId, candidate.versionId];
  const traffic = {
    underWay: () => ({ baseline: target.inFlight(stable), candidate: target.inFlight(next) }),
    candidateSettledUpTo: () => target.settledUpTo(next),
    settledUpTo: () => Math.min(target.settledUpTo(stable), target.settledUpTo(next)),
  };
  return new SequentialPanel(setup, traffic, { from: 0, minimumFailures: config.minimumFailures });
}

async function announce(rollout: Rollout, environment: Environment, journal: Journal): Promise<void> {
  const { baseline, candidate, config, stages, hypothesis, setup } = rollout;
  await journal.append({
    type: "started",
    hypothesisId: hypothesis.hypothesisId,
    graphId: baseline.spec.id,
    baselineVersionId: baseline.versionId,
    baselineLabel: baseline.label,
    candidateVersionId: candidate.versionId,
    candidateLabel: candidate.label,
    strategy: config.strategy,
    config: { ...config, ...(setup === undefined ? {} : { guards: setup }) } as unknown as JsonObject,
    stages: stages as unknown as readonly JsonObject[],
    salt: rollout.salt,
    ...(rollout.baselineBefore === undefined ? {} : { baselineMetrics: rollout.baselineBefore.metrics }),
  });
  environment.progress({
    type: "started",
    deploymentId: rollout.deploymentId,
    at: rollout.startedAt,
    hypothesisId: hypothesis.hypothesisId,
    hypothesisType: hypothesis.hypothesisType,
    strategy: config.strategy,
    stages,
    baselineLabel: baseline.label,
    candidateLabel: candidate.label,
    diff: printDiff(rollout.diff),
  });
}

/** Puts the baseline back if it is not back already. Where that fails, the reason says so. */
function takeBack<Ended extends Exclude<Ending, { readonly status: "rejected" }>>(
  ending: Ended,
  own: {
    readonly trafficSwitch: TrafficSwitch;
    readonly environment: Environment;
    readonly rollout: Rollout;
  },
): Ended {
  const { trafficSwitch, environment, rollout } = own;
  const switched = rollback(trafficSwitch, environment.target, rollout);
  const { deploymentId } = rollout;
  const reason = switched.ok
    ? ending.reason
    : `${ending.reason}; the baseline was not put back: ${switched.reason}`;
  environment.progress({ type: "rolled_back", deploymentId, at: environment.clock.now(), reason });
  return { ...ending, reason };
}

function noteDecision(journal: Journal, { status, by, reason }: Ending): void {
  journal.note({ type: "decided", decision: status === "aborted" ? "abort" : "roll_back", reason, by });
}

function leadingGuard(verdict: Verdict): string {
  return verdict.readings.find(({ breached }) => breached)?.guard ?? "unknown";
}

/** Forgets versions that are not needed any more, but for the last `keepVersions`. */
function retireOld({ target, config }: Environment, { candidate }: Rollout): void {
  const { plan, versions } = target;
  const idle = versions.filter(({ versionId }) => plan.kind !== "all" || versionId !== plan.version);
  const failed = idle.filter(({ versionId }) => versionId === candidate.versionId);
  const older = idle.filter((version) => !failed.includes(version));
  const spare = older.slice(0, Math.max(0, older.length - config.keepVersions));
  for (const { versionId } of [...failed, ...spare]) target.retire(versionId);
}
