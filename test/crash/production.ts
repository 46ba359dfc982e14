import {
  defineNode,
  type GraphVersion,
  graphVersion,
  JsonObject,
  type LiveGraph,
  NodeRegistry,
  systemClock,
} from "@spark/graph";
import type { DeploymentConfigInput, DeploymentRequestInput } from "@spark/rsi-deploy";
import type { VersionRecord } from "@spark/rsi-model";
import type { Intent } from "./child-message.ts";

export const graphId = "support";

/** How long each of the two watched stages takes, in milliseconds. */
export const stageMs = 200;

/** Two watched stages with a gate between them, as short as they can be and still be looked at often. */
export const deploymentConfig = {
  strategy: "stages",
  stages: [
    { kind: "watch", share: 0.3, durationSeconds: stageMs / 1000 },
    { kind: "gate", approver: { by: "function", name: "owner" }, deadlineSeconds: 20 },
    { kind: "watch", share: 1, durationSeconds: stageMs / 1000 },
  ],
  monitoringIntervalSeconds: 0.05,
  // However slow the machine is: what decides here is failures, which only the harmful change has.
  minimumRuns: 10,
  maxExtension: 100,
  maxLatencyMultiplier: 1000,
  onSampleRatioMismatch: "warn",
} as const satisfies DeploymentConfigInput;

export const registry = new NodeRegistry([
  defineNode({ type: "Read", process: (inputs: { readonly text: string }) => inputs.text.trim() }),
  defineNode({
    type: "Answer",
    config: JsonObject,
    process: (text: string, _context, { greeting, fails }) => {
      if (fails === true) throw new RangeError("no answer");
      return `${JSON.stringify(greeting)}: ${text}`;
    },
  }),
]);

export const firstVersion = graphVersion({
  id: graphId,
  start: "read",
  nodes: [
    { id: "read", type: "Read" },
    { id: "answer", type: "Answer", config: { greeting: "Hello" } },
  ],
  edges: [{ id: "read-answer", fromNode: "read", toNode: "answer" }],
});

/** A tested hypothesis that gives a version no other gives. */
export function proposal(intent: Intent, version: GraphVersion, name: string): DeploymentRequestInput {
  const hypothesisId = `${intent}-${name}`;
  const change = (configPath: string, newValue: string | boolean) =>
    ({ type: "node_config_update", targetNodeId: "answer", configPath, newValue }) as const;
  return {
    hypothesis: {
      hypothesisId,
      graphId,
      graphVersionBaseline: version.label,
      hypothesisType: "parameter_tuning",
      changes: [
        change("greeting", `Hello from ${name}`),
        ...(intent === "harmful" ? [change("fails", true)] : []),
      ],
    },
    testResult: { hypothesisId, testId: `test-${name}`, status: "passed" },
  };
}

/** What a hypothesis of {@link proposal} was meant to be. */
export function intentOf(hypothesisId: string): Intent {
  return hypothesisId.startsWith("harmful") ? "harmful" : "sound";
}

/** A version as it was before the process died. */
export function asVersion({ spec, label, parent }: VersionRecord): GraphVersion {
  return graphVersion(spec, parent === undefined ? { label } : { label, parent });
}

/** Sends runs without end, about a thousand a second; gives what stops them. */
export function startTraffic(live: LiveGraph, keyPrefix: string): () => void {
  let sent = 0;
  let stop: () => void;
  const tick = (): void => {
    for (let burst = 0; burst < 5; burst += 1) {
      sent += 1;
      live.run({ text: "a question" }, { key: `${keyPrefix}-${sent}` }).catch(() => undefined);
    }
    stop = systemClock.schedule(5, tick);
  };
  tick();
  return () => stop();
}
