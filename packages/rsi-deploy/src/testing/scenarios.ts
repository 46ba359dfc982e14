import type { Conduct } from "./conduct.ts";
import type { TrafficShape } from "./simulated-traffic.ts";

/** A world in which a candidate is deployed, apart from its configuration. */
export interface Scenario {
  readonly name: string;
  readonly baseline: Conduct;
  readonly candidate: Conduct;
  readonly traffic: TrafficShape;
}

const traffic: TrafficShape = { runsPerSecond: 5 };

/**
 * Candidates that are within the default margins, in worlds that make it hard to see: what is rolled back here
 * is rolled back wrongly. Made for deployments of 300 s.
 */
export const harmless: readonly Scenario[] = [
  same("no change, 2 % errors", { errorRate: 0.02 }),
  { ...same("at the margin, 2 % to 3 %", { errorRate: 0.02 }), candidate: { errorRate: 0.03 } },
  same("outage, 25 % for 50 s", { errorRate: (at) => (at > 100 && at < 150 ? 0.25 : 0.02) }),
  same("drift, 2 % to 10 %", { errorRate: (at) => 0.02 + (0.08 * Math.max(0, at)) / 300 }),
  same("cycle, 1 % to 6 %", { errorRate: (at) => 0.035 - 0.025 * Math.cos((2 * Math.PI * at) / 150) }),
  same("5 runs a key fail together", { errorRate: 0.05 }, { runsPerKey: 5, failTogether: true }),
  same("5 of 100 keys always fail", { errorRate: 0.05 }, { population: 100, failTogether: true }),
  {
    name: "fast failures against time-outs",
    baseline: { errorRate: 0.03, failureSeconds: 30 },
    candidate: { errorRate: 0.03, failureSeconds: 0.1 },
    traffic: { ...traffic, runTimeoutSeconds: 30 },
  },
];

function same(name: string, conduct: Conduct, keys?: TrafficShape["keys"]): Scenario {
  return {
    name,
    baseline: conduct,
    candidate: conduct,
    traffic: keys === undefined ? traffic : { ...traffic, keys },
  };
}
