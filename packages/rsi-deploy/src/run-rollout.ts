import type { JsonObject } from "@spark/graph";
import { conclude } from "./conclude.ts";
import type { Course } from "./course.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import { printDiff } from "./diff-text.ts";
import type { Ending } from "./ending.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import type { PanelReading } from "./guards/guard-panel.ts";
import { panelFor } from "./guards/panel-for.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { Resumption } from "./resumption.ts";
import type { Rollout } from "./rollout.ts";
import { rollback } from "./steps/rollback.ts";
import { serveBetter } from "./steps/serve-better.ts";
import { storeVersions } from "./store-versions.ts";
import { throughStages } from "./through-stages.ts";
import { TrafficSwitch } from "./traffic-switch.ts";
import type { Verdict } from "./verdict.ts";
import { Watch } from "./watch.ts";

/**
 * Runs the stages of a rollout to an ending, and records it; with a resumption, goes on where another process
 * stopped. Never rejects.
 */
export async function runRollout(
  rollout: Rollout,
  own: { readonly environment: Environment; readonly journal: Journal; readonly inbox: Inbox },
  resumption?: Resumption,
): Promise<DeploymentResult> {
  const { environment, journal } = own;
  const { target } = environment;
  const versions = {
    stable: rollout.baseline.versionId,
    candidate: rollout.candidate.versionId,
    salt: rollout.salt,
  };
  const trafficSwitch = new TrafficSwitch(target, versions);
  const onTrip = ({ bothUnhealthy }: PanelReading): void => {
    serveBetter(bothUnhealthy?.better ?? "baseline", trafficSwitch, { target, rollout });
  };
  const watch = new Watch({
    target,
    versions: { baseline: versions.stable, candidate: versions.candidate },
    panel: panelFor(rollout, target, environment.guards),
    baselineBefore: rollout.baselineBefore?.metrics,
    meter: environment.openMeter(),
    onTrip: environment.enableRollback ? onTrip : () => undefined,
  });
  const verdicts: Verdict[] = [...(resumption?.verdicts ?? [])];
  try {
    if (resumption === undefined) await announce(rollout, environment, journal);
    const course: Course = { ...own, rollout, trafficSwitch, watch };
    const ending = await throughStages(course, verdicts, resumption);
    if (ending.status === "completed") {
      return await conclude({ rollout, ending, watch, verdicts }, environment, journal);
    }
    const told = takeBack(ending, { trafficSwitch, environment, rollout });
    const isNoted = resumption?.kind === "end" && resumption.decided;
    if (!isNoted) noteDecision(journal, told);
    void journal.flush().then(() => own.inbox.acknowledge());
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

async function announce(rollout: Rollout, environment: Environment, journal: Journal): Promise<void> {
  const { baseline, candidate, config, stages, hypothesis, setup } = rollout;
  await storeVersions(rollout, environment.versions);
  await journal.append({
    type: "started",
    request: requestOf(rollout),
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

/** What was asked for, so that the log alone is enough to go on with. */
function requestOf({ hypothesis, testResult, approval }: Rollout): JsonObject {
  const request = { hypothesis, testResult, ...(approval === undefined ? {} : { approval }) };
  return request;
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

/** Forgets versions that are not needed any more, but for the last `keepVersions`. */
function retireOld({ target, config }: Environment, { candidate }: Rollout): void {
  const { plan, versions } = target;
  const idle = versions.filter(({ versionId }) => plan.kind !== "all" || versionId !== plan.version);
  const failed = idle.filter(({ versionId }) => versionId === candidate.versionId);
  const older = idle.filter((version) => !failed.includes(version));
  const spare = older.slice(0, Math.max(0, older.length - config.keepVersions));
  for (const { versionId } of [...failed, ...spare]) target.retire(versionId);
}
