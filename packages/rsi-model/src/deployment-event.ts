import { JsonObject, JsonValue } from "@spark/graph";
import { Metrics } from "@spark/telemetry";
import { z } from "zod";
import { DeploymentRecord } from "./deployment.ts";

const id = z.string().min(1);
const epochMs = z.number().nonnegative();
const position = z.int().nonnegative();

const event = {
  deploymentId: id,
  /** Place in the deployment's log, from 0 without gaps; given by the log where it is left out. */
  sequence: position.exactOptional(),
  /** Milliseconds since the Unix epoch. */
  at: epochMs,
  /** The writer's token where writing takes a {@link Lease}. */
  token: z.int().positive().exactOptional(),
};

const started = z.strictObject({
  type: z.literal("started"),
  ...event,
  hypothesisId: id,
  graphId: id,
  baselineVersionId: id,
  baselineLabel: z.string().exactOptional(),
  candidateVersionId: id,
  candidateLabel: z.string().exactOptional(),
  strategy: id,
  /** What was asked for: hypothesis, test result and approval, so that the log alone is enough to go on. */
  request: JsonObject.exactOptional(),
  /** The controller's configuration, in its own schema. */
  config: JsonObject,
  /** The stages to go through, in the controller's own schema. */
  stages: z.array(JsonObject).readonly(),
  /** Salt of the sticky buckets; the same for the whole deployment. */
  salt: z.string(),
  baselineMetrics: Metrics.exactOptional(),
});

/** Intent: a stage begins. Its plan is set next, which `plan_set` confirms. */
const stageEntered = z.strictObject({
  type: z.literal("stage_entered"),
  ...event,
  index: position,
  name: z.string(),
  plan: JsonObject,
  /** When the stage is due to be judged, milliseconds since the Unix epoch; absent where it waits for a gate. */
  deadlineAt: epochMs.exactOptional(),
});

/** Effect done: the traffic plan is in force. */
const planSet = z.strictObject({
  type: z.literal("plan_set"),
  ...event,
  revision: position,
  plan: JsonObject.exactOptional(),
});

/** A look at the runs: the guards' counts, so that evidence survives a crash, and both sides' metrics. */
const checked = z.strictObject({
  type: z.literal("checked"),
  ...event,
  checkpoint: JsonObject,
  baselineMetrics: Metrics.exactOptional(),
  deployedMetrics: Metrics.exactOptional(),
  verdict: JsonObject.exactOptional(),
});

/** The stage got more time, because it had seen too little. */
const extended = z.strictObject({ type: z.literal("extended"), ...event, deadlineAt: epochMs });

/** A gate was asked; `idempotencyKey` is the same however often the question is put. */
const gateWaiting = z.strictObject({
  type: z.literal("gate_waiting"),
  ...event,
  gate: id,
  deadlineAt: epochMs.exactOptional(),
  idempotencyKey: z.string().exactOptional(),
  details: JsonValue.exactOptional(),
});

const gateDecided = z.strictObject({
  type: z.literal("gate_decided"),
  ...event,
  gate: id,
  approved: z.boolean(),
  by: id,
  reason: z.string().exactOptional(),
});

const paused = z.strictObject({
  type: z.literal("paused"),
  ...event,
  by: id,
  reason: z.string().exactOptional(),
});

/** Goes on; a pause does not count as watching, so the deadline may move. */
const resumed = z.strictObject({
  type: z.literal("resumed"),
  ...event,
  by: id,
  reason: z.string().exactOptional(),
  deadlineAt: epochMs.exactOptional(),
});

/** Another process goes on with it; what was left of the stage's time is left again. */
const recovered = z.strictObject({
  type: z.literal("recovered"),
  ...event,
  by: id,
  deadlineAt: epochMs.exactOptional(),
});

/** Intent: what happens next is settled, and why. The effect follows as `plan_set`, `stage_entered` or `ended`. */
const decided = z.strictObject({
  type: z.literal("decided"),
  ...event,
  decision: z.enum(["promote", "roll_back", "abort", "hold"]),
  reason: z.string(),
  by: id,
  details: JsonObject.exactOptional(),
});

/** The last event. As the only event it tells of a deployment that was refused. */
const ended = z.strictObject({
  type: z.literal("ended"),
  ...event,
  record: DeploymentRecord.refine((record) => record.status !== "in_progress", {
    error: "expected the record of a deployment that has ended, got in_progress",
  }),
});

/** One entry of a deployment's append-only log: an intent before its effect, or an effect that is done. */
export const DeploymentEvent = z
  .discriminatedUnion("type", [
    started,
    stageEntered,
    planSet,
    checked,
    extended,
    gateWaiting,
    gateDecided,
    paused,
    resumed,
    recovered,
    decided,
    ended,
  ])
  .readonly();
export type DeploymentEvent = z.infer<typeof DeploymentEvent>;
export type DeploymentEventType = DeploymentEvent["type"];

/** One kind of {@link DeploymentEvent}. */
export type DeploymentEventOf<Type extends DeploymentEventType> = Extract<
  DeploymentEvent,
  { readonly type: Type }
>;

/** An event as it stands in the log, with its place. */
export type LoggedDeploymentEvent = DeploymentEvent & { readonly sequence: number };
