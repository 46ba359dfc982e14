import { type LiveGraph, SparkError } from "@spark/graph";
import type { Rollout } from "../rollout.ts";
import type { Switched, TrafficSwitch } from "../traffic-switch.ts";

/**
 * Step 6: puts the baseline back, one assignment, and with `inFlight: "abort"` ends what is still under way on
 * the candidate. Does not wait for log or database: a candidate is taken back even when nothing can be
 * written. Doing it again changes nothing.
 */
export function rollback(
  trafficSwitch: TrafficSwitch,
  target: Pick<LiveGraph, "abortRuns">,
  rollout: Pick<Rollout, "deploymentId" | "candidate" | "config">,
): Switched {
  const switched = trafficSwitch.toBaseline();
  if (switched.ok && rollout.config.inFlight === "abort") {
    target.abortRuns(
      rollout.candidate.versionId,
      new SparkError(
        "run_aborted",
        `Version ${rollout.candidate.label} was taken back while this run was under way.`,
        {
          details: { deploymentId: rollout.deploymentId },
        },
      ),
    );
  }
  return switched;
}
