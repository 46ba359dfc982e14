import { type Clock, type Ids, type LiveGraph, SparkError, uniqueIds } from "@spark/graph";
import { openResourceMeter, type ResourceMeter, RunLog } from "@spark/telemetry";
import { leaseInTime, logInTime, recorderInTime, versionsInTime } from "./answer-limit.ts";
import type { ConfigValidator } from "./candidate-soundness.ts";
import { ChangeApplicator } from "./change-applicator.ts";
import { type DeploymentConfigInput, readDeploymentConfig } from "./deployment-config.ts";
import type { Environment } from "./environment.ts";
import { GateKeeper } from "./gates/gate-keeper.ts";
import type { GateFunction } from "./gates/gate-question.ts";
import type { Send } from "./gates/webhook.ts";
import { reservedNames } from "./guards/guard-rule.ts";
import { readUserGuards, type UserGuard } from "./guards/user-guard.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import type { DeploymentLease, DeploymentLog, OutcomeRecorder, VersionStore } from "./ports.ts";
import type { ProgressEvent } from "./progress.ts";
import type { Comparator } from "./shadow/compare-pair.ts";
import { valueText } from "./value-text.ts";

/** What a controller is made from; all but `target` may be left out. */
export interface DeploymentControllerOptions {
  /** The production graph. Several graphs in production: a controller each. */
  readonly target: LiveGraph<never>;
  readonly deploymentConfig?: DeploymentConfigInput;
  /** Where outcomes are remembered; as a log too, where it can be one and no `log` is given. */
  readonly experienceDb?: OutcomeRecorder & Partial<DeploymentLog & DeploymentLease & VersionStore>;
  /** The append-only log deployments are resumed from; with leases, one controller at a time writes it. */
  readonly log?: DeploymentLog & Partial<DeploymentLease>;
  /** False: switch, record, and watch nothing. @default true */
  readonly enableMonitoring?: boolean;
  /** False: a breach is reported, and traffic stays. @default true */
  readonly enableRollback?: boolean;
  /** Checks changed node configs before anything is built; a `NodeRegistry` is one. */
  readonly registry?: ConfigValidator;
  /** Gates of one's own, by the name that stages ask for them. */
  readonly gates?: Readonly<Record<string, GateFunction>>;
  /** How outputs of mirrored runs are compared, by node id; `output` is the result of the run. */
  readonly comparators?: Readonly<Record<string, Comparator>>;
  /** Told everything that happens. What they throw or reject with disturbs nothing; it is an `observer_failed`. */
  readonly hooks?: readonly ((event: ProgressEvent) => unknown)[];
  /** Sends webhook requests. @default fetch */
  readonly send?: Send;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Guards of your own, beside those of the configuration. */
  readonly guards?: readonly UserGuard[];
  readonly openMeter?: () => ResourceMeter;
  readonly name?: string;
}

/** The production graph that a controller is given. Throws `invalid_config` where it is none. */
export function targetOf(options: DeploymentControllerOptions): LiveGraph {
  const given: unknown = (options as Partial<DeploymentControllerOptions> | null | undefined)?.target;
  if (typeof (given as Partial<LiveGraph> | null | undefined)?.setPlan === "function")
    return given as LiveGraph;
  throw new SparkError(
    "invalid_config",
    `DeploymentControllerNode: target: expected the LiveGraph of production, got ${valueText(given)}; ` +
      `give it as new DeploymentControllerNode({ target: live }).`,
  );
}

/** Puts together what deployments work with. Throws `invalid_config`, naming every field that does not fit. */
export function environmentOf(
  options: DeploymentControllerOptions,
  own: { readonly publish: (event: ProgressEvent) => void; readonly onLeaseLost: (reason: string) => void },
): Environment {
  const { experienceDb, enableMonitoring = true, enableRollback = true, ids = uniqueIds } = options;
  const target = targetOf(options);
  const clock = options.clock ?? target.clock;
  const config = readDeploymentConfig(options.deploymentConfig);
  const limit = { clock, seconds: config.answerTimeoutSeconds };
  const log = options.log ?? asLog(experienceDb);
  const versions = asVersionStore(experienceDb);
  const desk = asLease(options.log ?? experienceDb);
  return {
    target,
    config,
    enableMonitoring,
    enableRollback,
    applicator: new ChangeApplicator(options.registry === undefined ? {} : { registry: options.registry }),
    recent: new RunLog(),
    recorder: experienceDb && recorderInTime(experienceDb, limit),
    log: log && logInTime(log, limit),
    versions: versions && versionsInTime(versions, limit),
    lease: new LeaseKeeper({
      desk: desk && leaseInTime(desk, limit),
      graphId: target.graphId,
      holder: () => ids.next(options.name ?? "controller"),
      ttlSeconds: config.leaseSeconds,
      clock,
      onLost: own.onLeaseLost,
    }),
    clock,
    ids,
    guards: readUserGuards(options.guards ?? [], reservedNames),
    openMeter: options.openMeter ?? (() => openResourceMeter()),
    gateKeeper: new GateKeeper({ clock, gates: options.gates ?? {}, send: options.send ?? fetch }),
    comparators: options.comparators ?? {},
    progress: own.publish,
  };
}

function asVersionStore(db: Partial<VersionStore> | undefined): VersionStore | undefined {
  return db?.storeVersion === undefined ? undefined : (db as VersionStore);
}

function asLog(db: Partial<DeploymentLog> | undefined): DeploymentLog | undefined {
  const isLog =
    db?.appendDeploymentEvent !== undefined &&
    db.readDeployment !== undefined &&
    db.openDeployments !== undefined;
  return isLog ? (db as DeploymentLog) : undefined;
}

function asLease(db: Partial<DeploymentLease> | undefined): DeploymentLease | undefined {
  const isDesk = db?.takeLease !== undefined && db.renewLease !== undefined && db.releaseLease !== undefined;
  return isDesk ? (db as DeploymentLease) : undefined;
}
