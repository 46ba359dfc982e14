import { type GraphVersion, graphVersion, LiveGraph } from "@spark/graph";
import { DeploymentControllerNode } from "@spark/rsi-deploy";
import { chainSpec, type Count, registry } from "./shapes.ts";

/** A live graph of ten nodes in a row in the middle of a canary. */
export interface GuardedProduction {
  readonly live: LiveGraph<Count, Count>;
  close(): Promise<void>;
}

/**
 * Sets the scene: a candidate that differs in one config value serves a tenth of the keys. `watched` by a
 * controller, as in any deployment; without, the plan is set and nobody but a subscriber looks.
 */
export async function guardedProduction({
  watched,
}: {
  readonly watched: boolean;
}): Promise<GuardedProduction> {
  const baseline = graphVersion(chainSpec(10));
  const live = new LiveGraph<Count, Count>({ version: baseline, registry });
  if (!watched) {
    split(live, baseline);
    return { live, close: async () => undefined };
  }
  const controller = new DeploymentControllerNode({
    target: live,
    deploymentConfig: { strategy: "canary", monitoringDurationSeconds: 3600 },
  });
  // Runs of before, so that every guard has a history to compare with.
  for (let done = 0; done < 2000; done += 1) await live.run({ v: 0 }, { key: `before-${done}` });
  const ended = controller.run({
    hypothesis: {
      hypothesisId: "h",
      graphId: baseline.spec.id,
      graphVersionBaseline: baseline.label,
      hypothesisType: "parameter_tuning",
      changes: [{ type: "node_config_update", targetNodeId: "n0", configPath: "by", newValue: 1 }],
    },
    testResult: { hypothesisId: "h", testId: "t", status: "passed" },
  });
  while (live.plan.kind !== "split") await live.run({ v: 0 });
  return {
    live,
    async close() {
      await controller.close();
      const { status } = await ended;
      if (status !== "aborted") throw new Error(`The canary ended meanwhile: ${status}.`);
    },
  };
}

function split(live: LiveGraph<Count, Count>, baseline: GraphVersion): void {
  const spec = { ...baseline.spec, description: "the same, said otherwise" };
  const candidate = graphVersion(spec, { parent: baseline });
  live.install(candidate);
  const sides = { stable: baseline.versionId, candidate: candidate.versionId };
  live.setPlan({ kind: "split", ...sides, candidateShare: 0.1, salt: "canary" }, live.revision);
  let runs = 0;
  live.runs$.subscribe(() => (runs += 1));
}
