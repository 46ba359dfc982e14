import type { Clock, Ids, LiveGraph } from "@spark/graph";
import type { ResourceMeter, RunLog } from "@spark/telemetry";
import type { ChangeApplicator } from "./change-applicator.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import type { GateKeeper } from "./gates/gate-keeper.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { DeploymentLog, OutcomeRecorder, VersionStore } from "./ports.ts";
import type { ProgressEvent } from "./progress.ts";
import type { UserGuard } from "./guards/user-guard.ts";
import type { Comparator } from "./shadow/compare-pair.ts";

/** What a deployment works with; put together once by the controller. */
export interface Environment {
  readonly target: LiveGraph;
  readonly config: DeploymentConfig;
  readonly enableMonitoring: boolean;
  readonly enableRollback: boolean;
  readonly applicator: ChangeApplicator;
  /** The last runs of the live graph, to compare with. */
  readonly recent: RunLog;
  readonly recorder: OutcomeRecorder | undefined;
  readonly log: DeploymentLog | undefined;
  readonly versions: VersionStore | undefined;
  readonly lease: LeaseKeeper;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly gateKeeper: GateKeeper;
  /** How outputs of mirrored runs are compared, by node id. */
  readonly comparators: Readonly<Record<string, Comparator>>;
  /** Guards beside those of the configuration. */
  readonly guards: readonly UserGuard[];
  readonly openMeter: () => ResourceMeter;
  readonly progress: (event: ProgressEvent) => void;
}
