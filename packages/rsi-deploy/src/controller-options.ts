import { type Clock, type Ids, type LiveGraph, uniqueIds } from "@spark/graph";
import { openResourceMeter, type ResourceMeter, RunLog } from "@spark/telemetry";
import type { ConfigValidator } from "./candidate-soundness.ts";
import { ChangeApplicator } from "./change-applicator.ts";
import { type DeploymentConfigInput, readDeploymentConfig } from "./deployment-config.ts";
import type { Environment } from "./environment.ts";
import { GateKeeper } from "./gates/gate-keeper.ts";
import type { GateFunction } from "./gates/gate-question.ts";
import type { Send } from "./gates/webhook.ts";
import { reservedNames } from "./guards/guard-rule.ts";
import { readUserGuards, type UserGuard } from "./guards/user-guard.ts";
import type { DeploymentLog, OutcomeRecorder, VersionStore } from "./ports.ts";
import type { ProgressEvent } from "./progress.ts";
import type { Comparator } from "./shadow/compare-pair.ts";

/** What a controller is made from; all but `target` may be left out. */
export interface DeploymentControllerOptions {
  /** The production graph. Several graphs in production: a controller each. */
  readonly target: LiveGraph<never>;
  readonly deploymentConfig?: DeploymentConfigInput;
  /** Where outcomes are remembered; as a log too, where it can be one and no `log` is given. */
  readonly experienceDb?: OutcomeRecorder & Partial<DeploymentLog> & Partial<VersionStore>;
  /** The append-only log deployments are resumed from. */
  readonly log?: DeploymentLog;
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
  /** Told everything that happens; what they throw or reject with disturbs nothing. */
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

/** Puts together what deployments work with. Throws `invalid_config`, naming every field that does not fit. */
export function environmentOf(
  options: DeploymentControllerOptions,
  publish: (event: ProgressEvent) => void,
): Environment {
  const { experienceDb, enableMonitoring = true, enableRollback = true, ids = uniqueIds } = options;
  const target = options.target as LiveGraph;
  const clock = options.clock ?? target.clock;
  return {
    target,
    config: readDeploymentConfig(options.deploymentConfig),
    enableMonitoring,
    enableRollback,
    applicator: new ChangeApplicator(options.registry === undefined ? {} : { registry: options.registry }),
    recent: new RunLog(),
    recorder: experienceDb,
    log: options.log ?? asLog(experienceDb),
    versions: asVersionStore(experienceDb),
    clock,
    ids,
    guards: readUserGuards(options.guards ?? [], reservedNames),
    openMeter: options.openMeter ?? (() => openResourceMeter()),
    gateKeeper: new GateKeeper({ clock, gates: options.gates ?? {}, send: options.send ?? fetch }),
    comparators: options.comparators ?? {},
    progress: (event) => {
      publish(event);
      tell(options.hooks ?? [], event);
    },
  };
}

/** Hooks are guests: whatever becomes of them, the deployment goes on. */
function tell(hooks: readonly ((event: ProgressEvent) => unknown)[], event: ProgressEvent): void {
  for (const hook of hooks) {
    void (async () => hook(event))().catch(() => undefined);
  }
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
