import type { LiveGraph } from "@spark/graph";
import type { Rollout } from "../rollout.ts";
import type { Switched, TrafficSwitch } from "../traffic-switch.ts";
import { rollback } from "./rollback.ts";

/** Gives all traffic to one of the two versions, at once: the baseline as a rollback does. Idempotent. */
export function serveBetter(
  better: "baseline" | "candidate",
  trafficSwitch: TrafficSwitch,
  own: {
    readonly target: Pick<LiveGraph, "abortRuns">;
    readonly rollout: Pick<Rollout, "deploymentId" | "candidate" | "config">;
  },
): Switched {
  return better === "candidate"
    ? trafficSwitch.toCandidate()
    : rollback(trafficSwitch, own.target, own.rollout);
}
