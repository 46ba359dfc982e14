import { type JsonObject, SparkError } from "@spark/graph";
import type { DeploymentEvent, DeploymentEventOf, DeploymentEventType } from "./deployment-event.ts";
import type { DeploymentRecord } from "./deployment.ts";

/** The stage a deployment is in. Times are milliseconds since the Unix epoch. */
export interface StageState {
  readonly index: number;
  readonly name: string;
  /** The plan that is meant to be in force; see `appliedPlan` for the one that is known to be. */
  readonly plan: JsonObject;
  readonly enteredAt: number;
  readonly deadlineAt?: number;
  /** How often the deadline was moved because too little had been seen. */
  readonly extensions: number;
}

/** A deployment without an ending: all that is needed to go on with it in another process. */
export interface OpenDeployment {
  readonly phase: "open";
  readonly deploymentId: string;
  readonly started: DeploymentEventOf<"started">;
  /** How many events there are; the next one has this sequence. */
  readonly length: number;
  /** Time of the last event. */
  readonly at: number;
  /** Of the last writer's lease, where there was one: whoever has a lower one is stale. */
  readonly token?: number;
  readonly stage?: StageState;
  /** The last plan that was confirmed. */
  readonly appliedPlan?: { readonly revision: number; readonly plan?: JsonObject; readonly at: number };
  /** The last look at the runs, also when it was in an earlier stage. */
  readonly lastCheck?: DeploymentEventOf<"checked">;
  /** How many looks there were in all. */
  readonly checks: number;
  /** The gate that was asked in this stage, and its answer once there is one. */
  readonly gate?: {
    readonly waiting: DeploymentEventOf<"gate_waiting">;
    readonly decided?: DeploymentEventOf<"gate_decided">;
  };
  readonly paused?: DeploymentEventOf<"paused">;
  /** What was decided in this stage and not yet followed by the next stage or the ending. */
  readonly decision?: DeploymentEventOf<"decided">;
}

/** A deployment that is over. */
export interface EndedDeployment {
  readonly phase: "ended";
  readonly deploymentId: string;
  readonly length: number;
  readonly at: number;
  readonly record: DeploymentRecord;
  /** The state before the ending; absent for one that was refused. */
  readonly before?: OpenDeployment;
}

/** What a deployment's log amounts to. */
export type DeploymentState = OpenDeployment | EndedDeployment;

type Arrow<Type extends DeploymentEventType> = (
  state: OpenDeployment,
  event: DeploymentEventOf<Type>,
) => DeploymentState;

const arrows: { readonly [Type in DeploymentEventType]: Arrow<Type> } = {
  started: (_, event) => refuse(event, "it has started already"),
  stage_entered: ({ gate: _gate, decision: _decision, ...state }, event) => ({
    ...state,
    stage: {
      index: event.index,
      name: event.name,
      plan: event.plan,
      enteredAt: event.at,
      extensions: 0,
      ...(event.deadlineAt === undefined ? {} : { deadlineAt: event.deadlineAt }),
    },
  }),
  plan_set: (state, event) => ({
    ...state,
    appliedPlan: {
      revision: event.revision,
      at: event.at,
      ...(event.plan === undefined ? {} : { plan: event.plan }),
    },
  }),
  checked: (state, event) => ({ ...state, lastCheck: event, checks: state.checks + 1 }),
  extended: (state, event) => ({
    ...state,
    stage: {
      ...stageOf(state, event),
      deadlineAt: event.deadlineAt,
      extensions: stageOf(state, event).extensions + 1,
    },
  }),
  gate_waiting: (state, event) => ({ ...state, gate: { waiting: event } }),
  gate_decided: (state, event) => {
    if (state.gate?.waiting.gate !== event.gate) return refuse(event, `gate "${event.gate}" was not asked`);
    if (state.gate.decided) return refuse(event, `gate "${event.gate}" has been decided already`);
    return { ...state, gate: { ...state.gate, decided: event } };
  },
  paused: (state, event) => ({ ...state, paused: event }),
  resumed: ({ paused: _paused, ...state }, event) => ({
    ...state,
    ...(event.deadlineAt === undefined || state.stage === undefined
      ? {}
      : { stage: { ...state.stage, deadlineAt: event.deadlineAt } }),
  }),
  recovered: (state, event) => ({
    ...state,
    ...(event.deadlineAt === undefined || state.stage === undefined
      ? {}
      : { stage: { ...state.stage, deadlineAt: event.deadlineAt } }),
  }),
  decided: (state, event) => ({ ...state, decision: event }),
  ended: (state, event) => ({ ...endedBy(event, state.length + 1), before: state }),
};

/**
 * The state after one more event; `undefined` is a deployment of which nothing is known yet.
 *
 * @throws SparkError `illegal_state` for an event that cannot follow: of another deployment, out of
 *   sequence, before the start or after the end. `lease_lost` for one of a writer that another has followed.
 */
export function applyDeploymentEvent(
  state: DeploymentState | undefined,
  event: DeploymentEvent,
): DeploymentState {
  const length = state?.length ?? 0;
  if (event.sequence !== undefined && event.sequence !== length) {
    return refuse(event, `its sequence is ${event.sequence} where ${length} comes next; read the log again`);
  }
  if (state === undefined) return begin(event);
  if (event.deploymentId !== state.deploymentId) return refuse(event, `the log is of ${state.deploymentId}`);
  if (state.phase === "ended") return refuse(event, `it has ended as ${state.record.status}`);
  refuseOlder(state, event);
  const next = (arrows[event.type] as Arrow<DeploymentEventType>)(state, event);
  return { ...next, length: length + 1, at: event.at, ...tokenOf(event) };
}

/**
 * What the events of one deployment amount to, in the order of the log.
 *
 * @throws SparkError `illegal_state` when there are none, or one cannot follow its predecessor.
 */
export function foldDeployment(events: readonly DeploymentEvent[]): DeploymentState {
  let state: DeploymentState | undefined;
  for (const event of events) state = applyDeploymentEvent(state, event);
  if (state === undefined) {
    throw new SparkError("illegal_state", "Expected the events of a deployment, got an empty list.");
  }
  return state;
}

function begin(event: DeploymentEvent): DeploymentState {
  if (event.type === "started") {
    const { deploymentId, at } = event;
    return { phase: "open", deploymentId, started: event, length: 1, at, checks: 0, ...tokenOf(event) };
  }
  if (event.type === "ended" && event.record.status === "rejected") return endedBy(event, 1);
  return refuse(event, `a deployment begins with "started", or with "ended" when it was rejected`);
}

/** Whatever a store does about leases: no log goes back to a writer that was replaced. */
function refuseOlder({ token, deploymentId }: OpenDeployment, event: DeploymentEvent): void {
  if (token === undefined || (event.token ?? 0) >= token) return;
  const came = event.token === undefined ? "without a token" : `with token ${event.token}`;
  throw new SparkError(
    "lease_lost",
    `Event "${event.type}" of deployment ${deploymentId} comes ${came}, and a writer with token ${token} goes on with it.`,
    { details: { deploymentId, token, type: event.type } },
  );
}

function tokenOf({ token }: DeploymentEvent): { readonly token?: number } {
  return token === undefined ? {} : { token };
}

function endedBy({ deploymentId, at, record }: DeploymentEventOf<"ended">, length: number): EndedDeployment {
  if (record.deploymentId !== deploymentId) {
    throw new SparkError(
      "illegal_state",
      `Deployment ${deploymentId} cannot end with the record of ${record.deploymentId}.`,
    );
  }
  return { phase: "ended", deploymentId, length, at, record };
}

function stageOf(state: OpenDeployment, event: DeploymentEvent): StageState {
  return state.stage ?? refuse(event, "it is in no stage");
}

function refuse(event: DeploymentEvent, why: string): never {
  throw new SparkError(
    "illegal_state",
    `Event "${event.type}" cannot be added to deployment ${event.deploymentId}: ${why}.`,
    { details: { deploymentId: event.deploymentId, type: event.type, why } },
  );
}
