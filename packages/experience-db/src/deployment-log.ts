import { applyDeploymentEvent, type DeploymentState, type LoggedDeploymentEvent } from "@spark/rsi-model";
import { deepFreezeOnce } from "./deep-freeze.ts";
import type { TableShape } from "./table.ts";

/** The log of one deployment up to one event. It is a chain, so that adding an event copies nothing. */
export interface DeploymentLog {
  readonly deploymentId: string;
  readonly state: DeploymentState;
  readonly event: LoggedDeploymentEvent;
  readonly before: DeploymentLog | undefined;
}

/** The log with one more event. @throws SparkError `illegal_state` when the event cannot follow. */
export function extendLog(before: DeploymentLog | undefined, event: LoggedDeploymentEvent): DeploymentLog {
  const state = deepFreezeOnce(applyDeploymentEvent(before?.state, event));
  return Object.freeze({ deploymentId: event.deploymentId, state, event, before });
}

/** The events of a log, in their order. */
export function eventsOf(log: DeploymentLog): readonly LoggedDeploymentEvent[] {
  const events: LoggedDeploymentEvent[] = [];
  for (let at: DeploymentLog | undefined = log; at; at = at.before) events.push(at.event);
  return Object.freeze(events.reverse());
}

/** How deployments are stored: by id, found by whether they are open, and by the graph they left settled. */
export const deploymentShape: TableShape<DeploymentLog> = {
  keyOf: (log) => log.deploymentId,
  facetsOf: ({ state }) => {
    if (state.phase === "open") return { open: "true", graph: state.started.graphId };
    const { graphId, status } = state.record;
    return { graph: graphId, settled: status === "rejected" ? undefined : graphId };
  },
  write: eventsOf,
  read: (json) => {
    let log: DeploymentLog | undefined;
    for (const event of json as readonly LoggedDeploymentEvent[]) log = extendLog(log, event);
    return log as DeploymentLog;
  },
};
